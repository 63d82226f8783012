"""English days, without guessing which number is the month."""

DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = DATETIME_FORMAT = "H:i, j M Y"
TIME_FORMAT = "H:i"
