"""What a browser sees and sends."""
