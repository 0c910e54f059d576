DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"  # 25 Nov 2026
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y, H:i"
SECONDS_FORMAT = "j M Y, H:i:s"
TIME_FORMAT = "H:i"
WEEKDAY_FORMAT = "l, j F"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
AXIS_DAY_FORMAT = "j M"
AXIS_MONTH_FORMAT = "M Y"
FIRST_DAY_OF_WEEK = 1

# Read in the order of days, months and years; never in the American one.
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"]
DATETIME_INPUT_FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d %b %Y, %H:%M",
]
