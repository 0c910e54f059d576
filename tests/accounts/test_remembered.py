from dataclasses import dataclass

from django.template import Context, Template
from django.utils import translation

from accounts.templatetags import remembered


@dataclass(frozen=True)
class Line:
    name: str
    number: float = 0.5


def drawn(template, **values):
    return template.render(Context(values))


def counting(inside):
    return Template("{% load i18n remembered %}{% remembered line %}" + inside + "{% endremembered %}")


def test_what_is_inside_is_drawn_once_for_each_value():
    seen = []

    class Told(str):
        def __str__(self):
            seen.append(self)
            return "told"

    template = counting("{{ line.name }} {{ told }}")
    assert drawn(template, line=Line("Ona"), told=Told()) == "Ona told"
    assert drawn(template, line=Line("Ona"), told=Told()) == "Ona told"
    assert len(seen) == 1
    assert drawn(template, line=Line("Jonas"), told=Told()) == "Jonas told"
    assert len(seen) == 2


def test_each_language_has_its_own():
    template = counting("{% translate 'Yes' %} {{ line.number }}")
    with translation.override("en"):
        english = drawn(template, line=Line("Ona"))
    with translation.override("uk"):
        ukrainian = drawn(template, line=Line("Ona"))
    assert (english, ukrainian) == ("Yes 0.5", "Так 0,5")


def test_what_is_remembered_is_still_escaped():
    template = counting("{{ line.name }}")
    for _again in range(2):
        assert drawn(template, line=Line("<b>")) == "&lt;b&gt;"


def test_two_places_remember_apart():
    template = Template(
        "{% load remembered %}{% remembered line %}one {{ line.name }}{% endremembered %}, "
        "{% remembered line %}two {{ line.name }}{% endremembered %}"
    )
    assert drawn(template, line=Line("Ona")) == "one Ona, two Ona"


def test_what_is_remembered_does_not_grow_for_ever(monkeypatch):
    monkeypatch.setattr(remembered, "MOST", 3)
    template = counting("{{ line.name }}")
    (node,) = template.nodelist.get_nodes_by_type(remembered.RememberedNode)
    for number in range(10):
        assert drawn(template, line=Line(str(number))) == str(number)
        assert len(node.drawn) <= 3
