"""An election-day get-out-the-vote tracker: tellers' numbers in, knock-up lists and a live board out."""
