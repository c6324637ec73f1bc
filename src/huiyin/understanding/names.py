"""Names of people, found by what stands before or after them. Names that stand bare are not seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

# The commonest surnames; a bare word is taken for a name only when it starts with one of them.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹"
    "申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司"
    "卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲敖巩明佘池查麻苑迟邝"
)
_DOUBLE = "欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|端木|夏侯"
_NAME = rf"(?:(?:{_DOUBLE})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
_AFTER = (
    r"(?=$|[\s，,。.；;：:、（(）)！!？?\"”“’'\-—/0-9A-Za-zＡ-Ｚ０-９]"
    r"|身份|性别|男|女|电话|手机|联系|今年|现年|现住|家住|住|是|系|于|来自|户籍|出生|在|因|为|和|与|的)"
)
_RELATIVES = "我|本人|他|她|父亲|母亲|儿子|女儿|丈夫|妻子|老公|老婆|爱人|弟弟|哥哥|姐姐|妹妹"
_CALLED = re.compile(
    r"(?:我(?:的名字|的姓名)?(?:叫做?|名叫|姓名[是为]?)"
    rf"|(?:{_RELATIVES})的?真?(?:名字?|姓名)(?:叫|是)|名叫|叫做)(?:[:： ]{{0,2}})({_NAME}){_AFTER}"
)
_LABEL = re.compile(
    r"(?:投诉人|反映人|举报人|申请人|来信人|联系人|诉求人|当事人|信访人|检举人|求助人|报告人|留言人|署名|落款|姓名"
    r"|户主|法人代表|家属|患者|收款人|开户名|户名)(?:姓名|名字)?[ \t]*[:：为是][ \t]*"
    rf"({_NAME}|[\u4e00-\u9fff]{{2,4}}(?=[\s，,。；;、0-9]|$|电话|手机|身份|性别))"
    r"(?=$|[^\u4e00-\u9fff]|电话|手机|联系|身份|性别|男|女|住|地址|年龄|系)"
)
_MYSELF = re.compile(
    rf"(?:本人|我)(?:是)?[ ]?({_NAME})"
    r"(?=[，,（(、]? ?(?:男|女|身份证|电话|手机|性别|现年|今年\d|\d{2}岁|系|家住|出生于|生于|户籍))"
)
_TITLED = re.compile(rf"(?<![\u4e00-\u9fff])(?:网友|业主|居民|市民|村民)?({_NAME})(?=先生|女士|小姐)")
_SIGNED = re.compile(
    r"(?:此致|敬礼|敬上|致礼|谢谢|感谢)[\s！!。.，,]{0,12}"
    r"(?:(?:投诉|反映|举报|申请|求助)人|业主|村民|居民|市民|群众|家长|学生)?[\s：:，,]{0,4}"
    rf"({_NAME})(?=[\s。.，,]*(?:敬上|上|\d{{2,4}}[年.\-/][^\n]{{0,14}})?\s*\Z)"
)
_WORD = r"[A-Z][a-zà-ÿ'’\-]{1,19}|[A-Z]\."
_ENGLISH = re.compile(
    r"(?:\b[Mm]y (?:full )?name is|\b[Mm]y (?:wife|husband|son|daughter|mother|father|neighbou?r),?(?: is)?"
    r"|\b(?:Full [Nn]ame|Name|Contact(?: person| name)?|Complainant|Signed|Applicant|Reported by)[ ]?[:：]"
    r"|\b(?:Sincerely|Yours (?:truly|faithfully|sincerely)|(?:(?:Best|Kind) )?[Rr]egards|Thanks|Thank you)"
    r",?\s{0,3}\n?\s{0,3}|\b(?:Mr|Mrs|Ms|Miss|Dr)\b\.?)[ ]{0,2}"
    rf"((?:{_WORD})(?: (?:{_WORD}|de|van|von|der|al|bin)){{0,3}})"
)
# Words that start like a name and are none.
_NOT_NAMES = frozenset(
    [
        "解答",
        "解决",
        "关注",
        "支持",
        "重视",
        "帮助",
        "成全",
        "理解",
        "宫里",
        "什么",
        "何时",
        "何人",
        "何处",
        "白天",
        "时候",
        "时间",
        "全体",
        "广大",
        "万家",
        "全家",
        "成为",
        "高中",
        "方便",
        "和我",
        "于是",
        "向上",
        "应该",
        "常年",
        "安全",
        "明天",
        "单位",
        "成立",
        "康复",
        "章程",
        "高速",
        "金额",
        "方案",
        "包括",
        "连续",
        "全部",
        "华为",
        "路人",
        "文件",
        "项目",
        "管理",
        "曲折",
        "任何",
        "关于",
        "党员",
        "党委",
        "时任",
        "简单",
        "严重",
        "温馨",
        "经理",
        "施工",
        "房东",
        "石油",
        "龙头",
        "查处",
        "应当",
        "和谐",
        "本人",
        "业主",
        "居民",
        "村民",
        "匿名",
        "不详",
        "保密",
        "同上",
        "见附件",
        "如下",
        "无名",
        "公司",
        "公开",
    ]
)
_NOT_ENGLISH = frozenset(
    [
        "The",
        "This",
        "That",
        "You",
        "Your",
        "Please",
        "Sir",
        "Madam",
        "City",
        "Council",
        "Department",
        "Team",
        "All",
        "Mayor",
        "And",
        "For",
        "We",
        "They",
        "It",
        "Is",
        "Not",
    ]
)
# A pattern is tried only when one of its words is there: looking for a fixed word costs a hundredth of the pattern.
_NAMED = (
    (("叫", "名"), _CALLED),
    (("人", "名", "落款", "户主", "家属", "患者", "署"), _LABEL),
    (("本人", "我"), _MYSELF),
    (("先生", "女士", "小姐"), _TITLED),
    (("敬", "谢", "感", "致"), _SIGNED),
)
_ENGLISH_HINTS = (
    "name", "my ", "contact", "complainant", "sign", "applicant", "report", "sincerely", "your", "regard", "thank",
    "mr", "ms", "miss", "dr",
)  # fmt: skip


def find_names(text: str, lower: str) -> Iterator[tuple[int, int, bool]]:
    """Spans of names, and whether the trigger is a sure one. `lower` is the text in lower case (the caller has it)."""
    for hints, pattern in _NAMED:
        if not any(hint in text for hint in hints):
            continue
        for found in pattern.finditer(text):
            name = found[1]
            if name[:2] not in _NOT_NAMES and name[1:] not in _NOT_NAMES and name not in _NOT_NAMES:
                yield found.start(1), found.end(1), pattern is not _TITLED
    if any(hint in lower for hint in _ENGLISH_HINTS):
        for found in _ENGLISH.finditer(text):
            if found[1].split()[0] not in _NOT_ENGLISH:
                yield found.start(1), found.end(1), True
