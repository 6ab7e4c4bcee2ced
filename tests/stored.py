"""Passages of two newspapers with sections as they are stored, and which of them filters let through."""

from qa.lexical import Filters

EVERYTHING = Filters()
# Number, searchable text, newspaper, day, section.
ROWS: list[tuple[int, str, str | None, str | None, str | None]] = [
    (3, "灯塔昨晚重新点亮，守灯人很高兴", "海岛日报", "2025-03-28", "要闻"),
    (7, "海岛上的渔船回港，灯塔灯塔灯塔", "海岛日报", "2025-04-02", None),
    (2**40, "山城的公交车换了新车", "山城晚报", "2025-03-28", "要闻"),
    (9, "守灯人的孩子上学", None, None, "副刊"),
]
FILTERED = [
    (Filters(source="海岛日报"), {3, 7}),
    (Filters(source="海岛"), set()),
    (Filters(date_from="2025-03-29"), {7}),
    (Filters(date_to="2025-03-28"), {3, 2**40}),
    (Filters(date_from="2025-03-28", date_to="2025-03-28"), {3, 2**40}),
    (Filters(source="海岛日报", date_to="2025-03-31"), {3}),
    (Filters(section="要闻"), {3, 2**40}),
    (Filters(section="副刊"), {9}),
    (Filters(section="海岛日报"), set()),
    (Filters(source="要闻"), set()),
    (Filters(source="海岛日报", section="要闻"), {3}),
    (Filters(section="要闻", date_from="2025-03-29"), set()),
    (Filters(date_from="2025-04-03", date_to="2025-04-01"), set()),
]
