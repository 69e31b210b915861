"""Forms filled together, pure: the dictionary, what is typed into it, read-back, agreement, signature, what is filed."""
