"""What instructors use and students do not get: the format of solved notebooks, and the student kit cut from them."""
