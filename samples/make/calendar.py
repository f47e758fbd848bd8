"""Three months as the law counts them, written a second time so that the samples check the program and not themselves.

Goes in: a date. Comes out: the same day number `months` months on, else that month's last day.
"""

import calendar
from datetime import date


def slutdag(start, months=3):
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
