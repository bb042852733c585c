"""What is told: words for something owed, the outbox, the channels that carry it, the digests."""
