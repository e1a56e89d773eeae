"""Synthesizes every environment in one process and prints what the checks found."""



