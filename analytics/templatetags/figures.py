from django import template

from analytics import writing

register = template.Library()
register.filter("points", writing.points)
register.filter("signed", writing.signed)
register.filter("percent", writing.percent)
register.filter("thousands", writing.thousands)
