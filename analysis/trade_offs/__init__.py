"""What people value more when they must choose: best-worst scaling (MaxDiff), and what reaches most of them (TURF)."""
