"""Things people might say, put together from parts by a seed: no real person's words, and the same for every run."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

WHERE = (
    "东门口", "三号楼楼下", "菜市场旁边", "小学后门", "公交站对面", "河边步道", "地下车库入口", "社区活动室门前",
    "老厂房西墙外", "新修的十字路口", "卫生院隔壁", "桥头南侧",
)  # fmt: skip
WHAT = (
    "路灯不亮", "井盖松动，车一过就响", "垃圾堆了好几天没有人收", "下水道往外冒水", "夜里施工吵得睡不着",
    "电梯停了又停", "占道停车，轮椅过不去", "自来水发黄", "暖气不热", "树枝压在电线上", "公交改了线路没有通知",
    "广场的音响开到很晚",
)  # fmt: skip
SINCE = ("从上个星期开始", "已经半个多月", "昨天晚上", "下雨以后", "过完节就这样", "前天早上", "连着三天", "入冬以来")
SO = (
    "老人晚上出门怕摔", "孩子上学要绕路", "我们打过电话，说会来看，一直没有来", "邻居们都在问什么时候能修好",
    "车和人挤在一起，很危险", "家里的水不敢喝", "一楼几户的墙都湿了", "上夜班的人白天也休息不了",
)  # fmt: skip
PLEASE = (
    "希望有人来看一看，给一个准信。", "请问归哪个单位管？", "麻烦尽快处理，处理完告诉我们一声。",
    "如果一时修不了，也请说明原因和时间。", "能不能先放一个警示牌？", "谢谢你们。",
)  # fmt: skip


def texts(count: int, seed: int = 1) -> Iterator[str]:
    """`count` texts of about 60 to 160 letters, nearly all different."""
    random = Random(seed)
    for number in range(count):
        parts = [
            f"{random.choice(WHERE)}{random.choice(WHAT)}，{random.choice(SINCE)}就这样了。"
            for _ in range(random.choice((1, 1, 2)))
        ]
        parts += [f"{random.choice(SO)}。", random.choice(SO) + "，" + random.choice(PLEASE)]
        parts.append(f"（第{number + 1}件，{random.randrange(10**6):06d}）")
        yield "".join(parts)
