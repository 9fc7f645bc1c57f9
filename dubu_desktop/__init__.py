"""督簿: the whole loop of 督导巡查 on one offline desktop."""

__version__ = "0.2.0"
