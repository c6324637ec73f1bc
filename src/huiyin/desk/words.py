"""Words of the staff pages that no other room has: what happened as offices read it, pages, kinds of personal data."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = dict[str, str | Promise]

#: what happened, to staff
EVENTS: Words = {
    "received": pgettext_lazy("event", "收到诉求"),
    "classified": pgettext_lazy("event", "归类"),
    "published": pgettext_lazy("event", "列上公开页"),
    "unpublished": pgettext_lazy("event", "从公开页撤下"),
    "dispatched": pgettext_lazy("event", "派单"),
    "acknowledged": pgettext_lazy("event", "签收"),
    "objected": pgettext_lazy("event", "提出派单异议"),
    "objection_ruled": pgettext_lazy("event", "裁定异议"),
    "support_added": pgettext_lazy("event", "增加协办单位"),
    "support_removed": pgettext_lazy("event", "撤下协办单位"),
    "contacted": pgettext_lazy("event", "先行联系"),
    "noted": pgettext_lazy("event", "办理情况"),
    "site_checked": pgettext_lazy("event", "现场核查"),
    "extended": pgettext_lazy("event", "延期"),
    "parked": pgettext_lazy("event", "挂账"),
    "resumed": pgettext_lazy("event", "恢复办理"),
    "resident_asked": pgettext_lazy("event", "向诉求人提问"),
    "resident_replied": pgettext_lazy("event", "诉求人回复"),
    "waiting_ended": pgettext_lazy("event", "不再等回复，继续计时"),
    "message": pgettext_lazy("event", "留言"),
    "attached": pgettext_lazy("event", "添加照片"),
    "answered": pgettext_lazy("event", "答复"),
    "declined": pgettext_lazy("event", "不予受理"),
    "verdict_given": pgettext_lazy("event", "对结果的评判"),
    "disputed": pgettext_lazy("event", "诉求人不认可"),
    "review_asked": pgettext_lazy("event", "诉求人要求复核"),
    "reviewed": pgettext_lazy("event", "复核结论"),
    "called_back": pgettext_lazy("event", "独立回访"),
    "reminded": pgettext_lazy("event", "提醒诉求人评判"),
    "rested": pgettext_lazy("event", "结束"),
    "withdrawn": pgettext_lazy("event", "诉求人撤回"),
    "reopened": pgettext_lazy("event", "重新打开"),
    "confidentiality_set": pgettext_lazy("event", "诉求人改变谁能看到"),
    "merged": pgettext_lazy("event", "并单"),
    "supporter_joined": pgettext_lazy("event", "又有一人反映同一件事"),
    "unmerged": pgettext_lazy("event", "拆开单独办"),
    "window_closed": pgettext_lazy("event", "提异议的期限已过"),
    "escalated": pgettext_lazy("event", "超期，已上报"),
    "contact_revealed": pgettext_lazy("event", "查看联系方式"),
    "erased": pgettext_lazy("event", "删除内容"),
}

#: private words by label, as a line above them
LABELS: Words = {
    "text": "", "subject": _("标题"), "place": _("地点"), "title": _("公开标题"), "summary": _("公开摘要"),
    "reason": _("理由"), "instruction": _("派单说明"), "note": _("记录"), "question": _("问题"), "route": _("去处"),
    "comment": _("诉求人说"), "words": _("写明的用途"), "source": _("原始数据"),
}  # fmt: skip

PERSONAL: Words = {
    "mobile": _("手机号"), "phone": _("电话号码"), "identity": _("身份证号"), "bank_card": _("银行卡号"),
    "plate": _("车牌号"), "passport": _("护照号"), "email": _("邮箱"), "account": _("社交账号"), "house": _("门牌号"),
    "name": _("姓名"),
}  # fmt: skip

#: the short form for lists and headings
SECRECY: Words = {"open": _("可公开"), "office": _("只给经办单位看"), "confidential": _("保密")}

CONTACT: Words = {"name": _("称呼"), "phone": _("电话"), "email": _("邮箱"), "prefer": _("希望怎样联系")}
PREFER: Words = {"": _("没有说"), "sms": _("短信"), "email": _("邮件"), "phone": _("打电话")}

#: whom a case waits for
WAITS_FOR: Words = {
    "resident": _("诉求人回复"), "season": _("季节"), "third_party": _("别的单位或个人"), "court": _("法院或仲裁"),
    "procedure": _("法定程序"), "budget": _("资金"), "other": _("其他原因"),
}  # fmt: skip

#: the pages in the navigation, and the tabs of the inbox and of the supervisor's page
PAGES: Words = {
    "inbox": _("收件箱"), "intake": _("接诉台"), "board": _("派单台"), "rulings": _("派单异议"), "docket": _("复核台"),
    "oversight": _("督办"), "issues": _("反复出现的事"), "calls": _("独立回访台"), "heard": _("回访听到的"),
    "pressure": _("打招呼"), "checkup": _("体检"),
}  # fmt: skip
TABS: Words = {
    "lead": _("主办"), "support": _("协办"), "reported": _("上报给您的"), "answered": _("等诉求人评判"),
    "rested": _("已结束"),
}  # fmt: skip
STUCK: Words = {"reported": _("上报给您的"), "escalated": _("已上报"), "overdue": _("已超期"), "parked": _("挂账中")}


def word(words: Words, code: str) -> str:
    """The word for a code in the active language; the code itself when an older event carries one we no longer know."""
    return str(words.get(code, code))
