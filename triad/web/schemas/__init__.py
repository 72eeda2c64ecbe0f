"""What programs may send and are told: shape only, a module per noun. Names give direction and audience."""
