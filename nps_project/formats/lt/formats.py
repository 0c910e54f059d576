DATE_FORMAT = SHORT_DATE_FORMAT = r"Y \m. E j \d."  # 2026 m. lapkričio 25 d.
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = r"Y \m. E j \d., H:i"
SECONDS_FORMAT = r"Y \m. E j \d., H:i:s"
TIME_FORMAT = "H:i"
WEEKDAY_FORMAT = r"l, E j \d."
YEAR_MONTH_FORMAT = r"Y \m. F"
MONTH_DAY_FORMAT = r"E j \d."
AXIS_DAY_FORMAT = "N j"
AXIS_MONTH_FORMAT = "Y N"
# Lithuanian parts thousands with a space, not with a dot.
THOUSAND_SEPARATOR = "\xa0"
