"""The demo city: the real 103 units of Cần Thơ and an invented year in three wards, told through the actions a person uses."""
