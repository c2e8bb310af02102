"""How fast Daybook is: `bin/bench` measures the real server beside a bare page of the same app."""
