"""督导活动: started and stopped from anywhere, listed with what was found, planned covertly."""
