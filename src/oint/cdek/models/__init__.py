"""What CDEK sends and takes, as typed answers that survive its drift."""
