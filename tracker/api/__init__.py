"""What a program sees and sends."""
