"""Search of one's own words: days, steps, talks, six questions, looking back, people. Never the private plan."""
