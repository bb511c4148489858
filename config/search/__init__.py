"""Finding one's own words, wherever they were written: days, steps, talks, six questions, looking back, people. Never the private plan."""
