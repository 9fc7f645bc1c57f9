"""The race: workload W of 督簿's exchange beside the raw floor and the peers, in one run (`./dubu bench sync`)."""
