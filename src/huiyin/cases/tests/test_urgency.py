"""Pack and program together: every example of the rules gets its level, everyday sentences raise nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiyin.cases import suggest
from huiyin.organisation.catalogue import Catalogue
from huiyin.organisation.pack import read
from huiyin.organisation.testing import DEMO, TODAY
from huiyin.understanding.urgency import rules

EXAMPLES = [(rule.level, text) for rule in rules() for text in rule.yes]
COUNTER_EXAMPLES = [text for rule in rules() for text in rule.no]

#: Things people say every day that contain a dangerous word, or one that looks like it.
EVERYDAY = [
    "The bench in the park is damaged",
    "Damp walls in the library",
    "Please help me find the library opening hours",
    "Please help me with my housing benefit now",
    "Can you help me? I know the office but not the desk",
    "The wireless network in the library is down",
    "Cable TV has been down since Monday",
    "I want to know the opening hours of the fire station",
    "A car is parked in the fire lane right now",
    "The fire hydrant on our street needs paint",
    "The reason for the decision is missing from the letter",
    "My child's bike is missing",
    "The child benefit payment is missing",
    "My son is missing school because the bus is late",
    "The negotiations about broadband have collapsed",
    "When does the newborn registration desk open?",
    "Training about unconscious bias for the staff",
    "Our gas bill is too high",
    "Greenhouse gas and smell of the river: when is the lecture?",
    "The museum about the old dam should open on Sundays",
    "Drowning prevention lessons for children",
    "Is the heart attack medicine paid by the insurance?",
    "A question about the new traffic light",
    "House fire insurance: which office advises?",
    "A new gas station smells bad",
    "The cable box on our wall is exposed and ugly",
    "My father is missing his appointment because the bus never comes",
    "The street sweeper attacked the leaves with a leaf blower",
    "地面塌陷修复什么时候完工",
    "老人找不到工作人员办理",
    "车钥匙锁在车里了，哪里有开锁的",
    "高压线下面能不能种树",
    "高压线离楼房多远才合规",
    "轮胎漏气了去哪里补",
    "燃气泄漏报警器在哪里买",
    "小区消防演练什么时候办",
    "楼道堆放杂物有火灾隐患",
    "电瓶车在楼道充电容易着火，建议建车棚",
    "楼下烧烤店天天冒烟",
    "孩子的自行车不见了",
    "孩子丢了书包，公交公司能不能帮忙找",
    "老人防走失手环在哪里领",
    "找不到孩子的学籍档案",
    "这个路口经常发生车祸，建议装红绿灯",
    "去年的车祸赔偿一直没有到",
    "心脏病的药能不能报销",
    "堤坝上能不能修步道",
    "暑假防溺水宣传做得很好",
    "洪水预警信息在哪里看",
    "这是老人的救命钱，养老金为什么少了",
    "社区反家暴讲座几点开始",
    "漏电保护器多久检查一次",
    "地质队来看过山体滑坡隐患点，报告在哪里看",
    "现在每天被打扰，骚扰电话太多",
    "老楼没电梯，上下楼不方便",
    "办事员没水平，建议培训",
    "刚出生的孩子怎么上户口",
    "孕妇建档要带什么材料",
    "商场跳楼价是虚假宣传",
    "重伤鉴定在哪里申请",
    "消防通道被堵，一旦发生火灾后果不堪设想",
    "长期喝这种水会慢性中毒吗",
]

#: And what must never be taken for everyday.
DANGER = [
    ("110", "孩子走丢了，穿红衣服"),
    ("110", "My little boy has gone missing near the market"),
    ("119", "去年也说过一次。现在楼上着火了，快来人！"),
    ("119", "The dam has burst above the village"),
    ("119", "two live wires on the path"),
    ("119", "高压线断了掉在路上"),
    ("119", "There are gas leaks in our street"),
    ("119", "The retaining wall has collapsed onto the road"),
    ("120", "曾老师在教室昏倒了"),
    ("120", "My father just collapsed in the kitchen"),
    ("110", "我妈妈走丢了，她有老年痴呆"),
    ("110", "My grandfather wandered off this morning and we cannot find him"),
    ("110", "楼顶有个姑娘要跳下去"),
    ("110", "有人在砍人"),
    ("119", "There's a fire in the kitchen of the flat above"),
    ("119", "邻居家冒烟了，里面有老人"),
    ("119", "加油站旁边燃气管道被挖断了，气往外冒"),
    ("119", "一个男孩掉进河里了"),
    ("119", "小孩被锁在车里了，天很热"),
    ("119", "电梯里困了三个人"),
    ("120", "有人躺在路边不省人事"),
    ("122", "路口刚出车祸，有人躺在地上"),
]


@pytest.fixture(scope="module")
def city() -> Catalogue:
    found = read(DEMO, TODAY).catalogue
    assert found is not None
    return found


@pytest.mark.parametrize(("level", "text"), EXAMPLES)
def test_every_example_of_the_rules_gets_its_level(level: str, text: str, city: Catalogue) -> None:
    assert suggest.urgency(text, city) == level
    first = suggest.alarms(text, city)[0]
    assert first.phrase
    assert bool(first.rule.number) == (level == "emergency")


@pytest.mark.parametrize("text", [*COUNTER_EXAMPLES, *EVERYDAY])
def test_an_everyday_sentence_raises_nothing(text: str, city: Catalogue) -> None:
    assert [(alarm.rule.code, alarm.phrase) for alarm in suggest.alarms(text, city)] == []


@pytest.mark.parametrize(("number", "text"), DANGER)
def test_danger_shows_the_right_number_first(number: str, text: str, city: Catalogue) -> None:
    assert suggest.alarms(text, city)[0].rule.number == number
    assert suggest.urgency(text, city) == "emergency"


def test_a_wall_needs_no_ambulance(city: Catalogue) -> None:
    assert [a.rule.number for a in suggest.alarms("The retaining wall has collapsed", city)] == ["119"]


def test_a_rule_shows_the_advice_of_the_row_that_names_it(city: Catalogue) -> None:
    [alarm] = suggest.alarms("孩子放学后走失了，到现在没有回家", city)
    assert alarm.rule.code == "missing-child"
    assert alarm.rule.number == "110"
    assert alarm.phrase == "孩子…走失"
    assert alarm.rule.advice


def test_a_rule_that_no_row_names_has_the_number_of_its_service(city: Catalogue) -> None:
    less = [replace(row, phrases={}, rules=()) if row.code == "missing-child" else row for row in city.urgency_rules]
    [alarm] = suggest.alarms("80岁老人昨晚走丢", replace(city, urgency_rules=tuple(less)))
    assert (alarm.rule.code, alarm.rule.number, alarm.rule.names["en"]) == (
        "rule.missing_person", "110", "Missing person"
    )  # fmt: skip


def test_without_any_number_the_alarm_stands_alone(city: Catalogue) -> None:
    [alarm] = suggest.alarms("80岁老人昨晚走丢", replace(city, urgency_rules=()))
    assert (alarm.rule.urgency, alarm.rule.number) == ("emergency", "")


def test_a_row_shares_the_exceptions_of_its_rules_sentence_by_sentence(city: Catalogue) -> None:
    assert suggest.urgency("去年这里发生火灾", city) == "normal"
    assert suggest.urgency("去年这里发生火灾。昨晚又发生火灾", city) == "emergency"


def test_a_row_is_raised_to_the_level_of_its_rule(city: Catalogue) -> None:
    rows = tuple(replace(row, urgency=type(row.urgency)("urgent")) for row in city.urgency_rules if row.code == "fire")
    [alarm] = suggest.alarms("隔壁楼正在着火，快来人", replace(city, urgency_rules=rows))
    assert (alarm.rule.urgency, alarm.rule.number) == ("emergency", "119")
