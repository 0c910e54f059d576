from django import template

from analytics.dashboard import numbers

register = template.Library()
register.filter("points", numbers.points)
register.filter("signed", numbers.signed)
register.filter("percent", numbers.percent)
register.filter("thousands", numbers.thousands)
