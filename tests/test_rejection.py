"""What is measured of declining: archives with and without the passages that tell the answer."""

from eval.rejection import answers_of, measure

ROW = {
    "query": "白沙湾的灯塔有多高？",
    "answer": [["27米", "二十七米"]],
    "positive": ["白沙湾的灯塔高27米，是全县最高的一座。"],
    "negative": ["渡轮公司昨天又添了两艘新船。", "县里的小学下周放假。"],
}


def test_an_archive_without_the_answer_is_told_from_one_with_it() -> None:
    assert list(measure([ROW])) == [(True, True, True)]


def test_all_wordings_of_an_answer_count() -> None:
    assert list(answers_of(ROW)) == ["27米", "二十七米"]
    assert list(answers_of(ROW | {"answer": ["甲", "乙"]})) == ["甲", "乙"]
