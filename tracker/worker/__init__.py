"""When things happen: the ticks. Each gathers what is due, lets the core decide, applies, and knows no rule itself."""
