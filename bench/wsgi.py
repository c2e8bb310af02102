"""What the server of bin/bench serves."""

import os

from bench.pages import bench_app

app = bench_app(os.environ)
