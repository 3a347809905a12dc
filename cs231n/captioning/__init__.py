"""What captions need besides the network: decoding, and BLEU to judge them by."""
