"""What people in the demo town say, and how offices answer: the shape of a story and the sentences many lives share."""

from __future__ import annotations

import csv
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: One story a line; the columns are the fields of `Story`.
FILE = Path(__file__).with_name("stories.csv")


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of matter. Texts may hold {place} (a community) and {spot} (a corner of it).

    `category` is a code of the shipped packs' category scheme; a story whose category the loaded pack does not have is
    left out. `done` is what an office that did the work answers, `fault` what a resident says when it was not done.
    """

    category: str
    kind: str
    language: str
    text: str
    title: str
    done: str
    fault: str

    @property
    def claim(self) -> str:
        """What an office that did its work claims: it solves a fault, and explains what was only asked."""
        return "explained" if self.kind in ("inquiry", "suggestion", "thanks") else "solved"


def stories(categories: Container[str]) -> list[Story]:
    """The stories whose category the loaded pack knows, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as handle:
        found = [Story(**row) for row in csv.DictReader(handle)]
    return [story for story in found if story.category in categories]


SPOTS: Mapping[str, Sequence[str]] = {
    "zh": (
        "南门口",
        "3号楼下",
        "菜市场旁",
        "小学对面",
        "公交站旁",
        "北边路口",
        "小广场西侧",
        "12号楼后面",
        "药店门前",
        "老槐树那边",
        "停车场入口",
        "河边步道",
        "卫生站旁边",
        "7号楼与8号楼之间",
        "东边小巷里",
        "幼儿园门口",
    ),
    "en": (
        "by the south gate",
        "below building 3",
        "beside the market",
        "across from the school",
        "at the bus stop",
        "at the north corner",
        "west of the little square",
        "behind building 12",
        "in front of the chemist's",
        "by the river path",
        "at the car park entrance",
        "next to the health station",
    ),
}

#: Sentences that fit many matters, by language and occasion.
WORDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "zh": {
        "opening": ("", "", "您好。", "想反映一件事：", "麻烦看一下。", "我是住在这里的居民。"),
        "closing": (
            "",
            "",
            "希望能早点处理，谢谢。",
            "请告诉我结果。",
            "家里有老人，挺不方便的。",
            "大家都盼着能解决。",
        ),
        "weak": (
            "您反映的问题我单位高度重视，已安排人员处理，感谢您的理解与支持。",
            "该问题已处理完毕，感谢您的来电。",
            "已告知相关人员注意，问题已解决。",
        ),
        "template": (
            "您好，您反映的问题已收悉。我单位高度重视，已第一时间安排相关人员依规处理，感谢您对我们工作的理解、关心与支持！",
        ),
        "hollow": ("已转相关科室，请耐心等待。", "感谢您的来信，我们会继续努力。", "已收到，正在走流程，请您等候。"),
        "coach": (
            "您好，这件事我们已经按程序办了。回访或者评价的时候，麻烦您说“解决了”，不然我们年底考核要受影响，谢谢理解。",
            "您好，系统里请您点一下“解决了”，后面的事我们再想办法，多谢配合。",
        ),
        "again": ("上次没有处理到位，向您道歉。这次我们重新去了现场：", "对不起让您又等了一次。我们换了班组重新做："),
        "promised": ("这件事要先做设计再施工，我们定在{day}前完成，到时请您看结果。",),
        "not_possible": (
            "现场空间不够，按规范没有办法按您说的改。我们量过了，图和数据附在办理记录里，也可以约您一起看。",
        ),
        "not_ours": ("这件事由合同双方约定，我们没有权力处理，但可以帮您约调解。",),
        "route": ("可以到社区人民调解委员会申请调解；调解不成，可以向法院起诉。",),
        "yes": ("修好了，谢谢。", "昨天来看过，确实好了。", "比预想的快。", "这回是真解决了。", ""),
        "partly": ("好了一半，另一半还是老样子。", "白天可以，晚上又不行了。", "只处理了一处，旁边那处没动。"),
        "unsure": ("我这几天不在家，说不准。", "看起来好些，不知道能管多久。"),
        "dispute": ("没有人来过，怎么就说解决了？", "我今天又去看了，和原来一样。", "只是打了个电话，什么也没做。"),
        "from_office": ("我们明天上午去现场，您不用在家等。", "师傅已经在路上了，预计下午到。", "材料到了，后天开工。"),
        "from_resident": ("好的，麻烦师傅注意楼道里有老人。", "我上午都在家。", "昨天晚上又出现了一次。"),
        "question": ("请问具体是几号楼、哪个单元？方便的话拍张照片。", "请问大概是什么时间段最严重？"),
        "reply": ("就在最里面那个单元，一楼到二楼之间。", "一般是晚上八点到十一点，周末更明显。"),
        "note": ("已和现场班组核实，缺一个配件，正在调货。", "和物业、社区三方碰了头，分了工。"),
        "note_resident": ("今天上午看过现场，情况和您说的一样，正在安排人手。", "配件明天到，到了就装。"),
        "site": ("现场和反映的一样，拍了照片。", "现场已经有临时围挡，主要问题还在。"),
        "extend": ("要从外地调配件，比原来估计的多几天。", "连着下雨，地面不干没法施工。"),
        "park": ("要等天气转暖才能浇筑，先做了临时防护。", "要等产权单位批复才能动，已经发函。"),
        "instruction": ("请先联系本人，再去现场。", "注意附近有学校，避开上下学时间。", ""),
        "object": ("这条路还没有移交，产权和养护都不在我单位。", "这件事涉及的设备由别的单位管理，我们没有权限动。"),
        "sustained": ("查了职责清单，应由另一家单位主办，现改派。",),
        "rejected": ("职责清单写得清楚，由你单位主办；涉及别家的部分可以请协办。",),
        "final": ("两家都说不归自己。按首接负责，由现单位主办到底，另一家协办。",),
        "decline": ("这件事法院正在审理，行政单位不能再作处理。",),
        "decline_route": ("请在案件审理中提出；对判决不服，可以在法定期限内上诉。",),
        "review_ask": ("不受理的理由我不认可，请独立的人看一看。",),
        "settled": ("到现场看过三次，测了数据，已经达到标准；本人提到的另一处另开了一件办理。",),
        "cannot": (
            "受现有条件限制，眼下没有办法完全解决。单位已经尽力，原因和条件写在这里公开，条件变了可以重新提出。",
        ),
        "redo": ("单位的说法和现场不符，退回重办，请带着照片和测量结果答复。",),
        "withdraw": ("已经自己和邻居商量好了，不用再办了。", "找到原因了，是自家的开关。"),
        "reopen": ("修好两个星期，昨天又坏了，还是原来那个地方。",),
        "reveal": ("约时间上门",),
        "unpublish": ("标题写得不准，先撤下。",),
        "callback": ("本人在电话里说的。",),
    },
    "en": {
        "opening": ("", "", "Hello. ", "I would like to report something. ", "I live here. "),
        "closing": (
            "",
            "",
            " Please let me know how it goes.",
            " Older people live here and it is hard for them.",
            " Thank you.",
        ),
        "weak": (
            "We take your concern seriously. Staff have been sent and the matter is settled. Thank you.",
            "This has been dealt with. Thank you for calling.",
        ),
        "template": (
            "Thank you for your message. We attach great importance to it and have at once instructed the staff "
            "concerned to deal with it under the rules. Thank you for your understanding and support of our work!",
        ),
        "hollow": (
            "Passed on to the section concerned. Please wait patiently.",
            "Thank you for writing. We shall keep up our efforts.",
            "Received and being processed. Please wait.",
        ),
        "coach": (
            "Hello, we have dealt with this by the rules. When you are asked, please say it is solved; otherwise our "
            "yearly assessment suffers. Thank you for understanding.",
            "Hello, please tap solved in the system. We will see what we can do about the rest. Many thanks.",
        ),
        "again": ("We are sorry it was not right the first time. We went back: ",),
        "promised": ("This needs a design before the work. It will be done by {day}; please look at it then.",),
        "not_possible": ("There is not enough room to change it the way you ask. We measured and can show you.",),
        "not_ours": ("This is between the two sides of a contract. We cannot decide it, but can arrange mediation.",),
        "route": ("You can ask the community mediators; if that fails, you can go to court.",),
        "yes": ("It works now, thank you.", "They came the next day. Good.", "Really solved this time.", ""),
        "partly": ("Half of it is done, the other half is as before.", "Fine by day, bad again at night."),
        "unsure": ("I am away this week and cannot say.", "Better, but I do not know for how long."),
        "dispute": ("Nobody came. How can it be solved?", "I looked again today. Nothing has changed."),
        "from_office": (
            "We come tomorrow morning. You need not wait at home.",
            "The part has arrived; we start on Thursday.",
        ),
        "from_resident": ("Fine. Please mind the older lady on the stairs.", "It happened again last night."),
        "question": (
            "Which building and which entrance is it? A photo would help.",
            "At what time of day is it worst?",
        ),
        "reply": (
            "The innermost entrance, between the first and second floor.",
            "Mostly from eight to eleven at night.",
        ),
        "note": ("Checked with the crew: one part is missing and on order.",),
        "note_resident": ("We looked this morning. It is as you said; a crew is being arranged.",),
        "site": ("As described. Photos taken.",),
        "extend": ("A part has to come from elsewhere, which takes some more days.",),
        "park": ("The ground must be dry and warm before we can pour. A barrier is up meanwhile.",),
        "instruction": ("Please speak with the person first, then go and look.", ""),
        "object": ("This road has not been handed over to us; we neither own nor maintain it.",),
        "sustained": ("By the duty list another office leads here. Sent on.",),
        "rejected": ("By the duty list this is yours. Ask the other office for support where you need it.",),
        "final": ("Both say it is not theirs. The present office leads to the end, the other supports.",),
        "decline": ("A court is hearing this matter, so no office may decide it.",),
        "decline_route": ("Please raise it in the court case. A judgment can be appealed within the legal time.",),
        "review_ask": ("I do not accept the reason. Please have somebody independent look at it.",),
        "settled": ("Seen three times and measured: it meets the standard now.",),
        "cannot": (
            "It cannot be settled fully as things are. The office did what it could; the reasons are given here.",
        ),
        "redo": ("What the office says does not match what is there. To be done again, with photos and measurements.",),
        "withdraw": ("My neighbour and I have settled it ourselves.",),
        "reopen": ("It held for two weeks and broke again yesterday, in the same spot.",),
        "reveal": ("To arrange a visit",),
        "unpublish": ("The title was not right.",),
        "callback": ("Said on the telephone.",),
    },
}

#: Family names for contacts that nobody owns; numbers are of a range that rings nowhere.
NAMES: Mapping[str, Sequence[str]] = {
    "zh": ("林女士", "赵先生", "周阿姨", "吴师傅", "郑老师", "何女士", "罗先生", "沈奶奶", "田女士", "白先生"),
    "en": ("Ms Lin", "Mr Zhao", "Mr Bai", "Ms Tian", "Mr Luo"),
}
