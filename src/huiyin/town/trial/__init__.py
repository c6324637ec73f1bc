"""The trial: does cheating pay? Towns with and without one trick, side by side, graded by the truth nobody else has."""
