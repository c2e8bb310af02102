"""Where money is paid, shown and reported."""
