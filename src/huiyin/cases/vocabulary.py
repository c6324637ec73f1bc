"""The field's words for codes: plain words on resident pages, the field's terms on staff pages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, str | Promise]

#: where a matter is, to the resident
PHASES: Words = {
    "received": _("已收到，正在找负责的单位"),
    "dispatched": _("已交给单位，等它接手"),
    "objected": _("单位认为不归它管，正在裁定"),
    "working": _("单位正在办"),
    "parked": _("暂时在等，有说明和日期"),
    "answered": _("单位已答复，请您说结果"),
    "declined": _("没有受理，已说明理由和去处"),
    "reviewing": _("独立监督员正在复核"),
    "merged": _("和别人反映的同一件事一起办"),
    "rested": _("已经结束"),
}
#: the same, to staff
STAFF_PHASES: Words = {
    "received": _("待派单"),
    "dispatched": _("待签收"),
    "objected": _("派单异议，待裁定"),
    "working": _("办理中"),
    "parked": _("挂账"),
    "answered": _("已答复，待诉求人评判"),
    "declined": _("不予受理"),
    "reviewing": _("独立复核中"),
    "merged": _("已并单"),
    "rested": _("已结束"),
}
KINDS: Words = {
    "inquiry": _("咨询"),
    "help": _("求助"),
    "complaint": _("投诉"),
    "report": _("举报"),
    "suggestion": _("建议"),
    "thanks": _("表扬"),
}
URGENCIES: Words = {"normal": _("一般"), "urgent": _("紧急"), "emergency": _("特急")}
CHANNELS: Words = {
    "web": _("网页"),
    "phone": _("电话"),
    "counter": _("窗口"),
    "letter": _("来信"),
    "visit": _("走访"),
    "import": _("导入"),
    "api": _("接口"),
}
CONFIDENTIALITY: Words = {
    "open": _("公开：事情可以列在公开页上，原话和联系方式不公开"),
    "office": _("只给经办单位看：不列在公开页上"),
    "confidential": _("保密：经办单位看不到联系方式，只知道在哪个社区"),
}
CLAIMS: Words = {
    "solved": _("已解决"),
    "explained": _("已解释说明"),
    "promised": _("承诺在某天前办好"),
    "not_possible": _("办不了，有理由"),
    "not_ours": _("不归本单位，告知去处"),
}
VERDICTS: Words = {
    "solved": _("解决了"),
    "partly": _("部分解决"),
    "not_solved": _("没解决"),
    "cannot_say": _("说不清"),
}
OUTCOMES: Words = {
    "solved": _("确认已解决"),
    "partly": _("部分解决"),
    "not_solved": _("没有解决"),
    "unknown": _("不知道解决没有"),
    "declined": _("没有受理"),
    "withdrawn": _("本人撤回"),
}
VERDICT_BY: Words = {"resident": _("诉求人"), "callback": _("独立回访"), "reviewer": _("独立监督员")}
CLOCKS: Words = {
    "dispatch": _("派单"),
    "acknowledge": _("签收"),
    "first_contact": _("先行联系"),
    "objection": _("提出异议"),
    "ruling": _("裁定异议"),
    "answer": _("答复"),
    "review": _("复核"),
    "reminder_gap": _("提醒"),
    "verdict_window": _("等诉求人评判"),
    "callback_gap": _("回访"),
    "parked": _("挂账到期"),
    "resident_reply": _("等诉求人回复"),
    "overdue": _("超期催办"),
}
FIRST_CONTACT_WAYS: Words = {
    "phone": _("打电话"),
    "message": _("发消息"),
    "visit": _("上门"),
    "could_not_reach": _("没联系上"),
}
SITE_FINDINGS: Words = {
    "as_described": _("与反映的一致"),
    "not_found": _("没有找到"),
    "no_access": _("进不去"),
    "already_done": _("已经处理好了"),
}
OBJECTION_REASONS: Words = {
    "not_our_duty": _("不是本单位的职责"),
    "not_our_area": _("不在本单位的辖区"),
    "no_power": _("本单位没有这项权限"),
    "other_office_started": _("别的单位已经在办"),
    "other": _("其他"),
}
PARK_REASONS: Words = {
    "season": _("要等季节"),
    "third_party": _("要等别的单位或个人"),
    "court": _("正在打官司或仲裁"),
    "procedure": _("要走法定程序"),
    "budget": _("要等资金"),
    "other": _("其他"),
}
DECLINE_REASONS: Words = {
    "litigation": _("应当打官司解决"),
    "arbitration": _("应当申请仲裁"),
    "discipline": _("应当由纪检监察处理"),
    "reconsideration": _("应当申请行政复议"),
    "petition": _("已在信访程序里"),
    "private": _("涉及隐私或秘密，不能公开答复"),
    "unlawful": _("要求的事违法"),
    "other": _("其他"),
}
REVIEW_RULINGS: Words = {
    "redo": _("重新办理"),
    "settled": _("已经办妥"),
    "cannot_be_settled": _("确实办不了，公开说明理由"),
}
DISPOSITIONS: Words = {
    "answered": _("接通并回答"),
    "refused": _("不愿回答"),
    "no_contact": _("没接通"),
    "wrong_number": _("号码不对"),
    "opted_out": _("要求不再回访"),
}
REVEAL_PURPOSES: Words = {
    "arrange_visit": _("约上门时间"),
    "ask_detail": _("问清情况"),
    "urgent_danger": _("有紧急危险"),
    "return_property": _("归还东西"),
    "callback": _("独立回访"),
    "other": _("其他"),
}
ERASURE_GROUNDS: Words = {
    "resident_asked": _("诉求人要求"),
    "purpose_met": _("用途已经结束"),
    "unlawful": _("不应当收集"),
    "court": _("法院要求"),
}
ROLES: Words = {
    "resident": _("诉求人"),
    "operator": _("话务员"),
    "dispatcher": _("派单员"),
    "supervisor": _("督办负责人"),
    "handler": _("承办人"),
    "head": _("单位负责人"),
    "reviewer": _("独立监督员"),
    "caller": _("回访员"),
    "administrator": _("管理员"),
    "system": _("系统"),
    "importer": _("导入"),
}
#: what happened, to the resident and in public
EVENTS: Words = {
    "received": _("收到您反映的事"),
    "classified": _("归了类"),
    "published": _("列上公开页"),
    "unpublished": _("从公开页撤下"),
    "dispatched": _("交给单位"),
    "acknowledged": _("单位接手"),
    "objected": _("单位提出不归它管"),
    "objection_ruled": _("裁定由谁办"),
    "support_added": _("增加配合单位"),
    "support_removed": _("撤下配合单位"),
    "contacted": _("单位联系您"),
    "noted": _("办理情况"),
    "site_checked": _("去现场看了"),
    "extended": _("延长期限"),
    "parked": _("暂时等待"),
    "resumed": _("接着办"),
    "resident_asked": _("单位问您"),
    "resident_replied": _("您回复了"),
    "waiting_ended": _("不再等回复，接着办"),
    "message": _("留言"),
    "attached": _("添加照片"),
    "answered": _("单位答复"),
    "declined": _("没有受理"),
    "verdict_given": _("对结果的评判"),
    "disputed": _("不认可，退回重办"),
    "review_asked": _("要求复核"),
    "reviewed": _("独立复核结果"),
    "called_back": _("独立回访"),
    "reminded": _("提醒您评判"),
    "rested": _("结束"),
    "withdrawn": _("撤回了"),
    "reopened": _("重新打开"),
    "confidentiality_set": _("改变谁能看到"),
    "merged": _("和同一件事一起办"),
    "supporter_joined": _("又有一个人反映同一件事"),
    "supporter_left": _("有一个人不再和这件事一起"),
    "unmerged": _("分开单独办"),
    "window_closed": _("期限已过"),
    "escalated": _("超过期限，已上报"),
    "contact_revealed": _("查看了联系方式"),
    "erased": _("删除了内容"),
}
#: commands as buttons for staff
COMMANDS: Words = {
    "AnswerAtIntake": _("当场答复"),
    "Classify": _("归类"),
    "Publish": _("列上公开页"),
    "Unpublish": _("从公开页撤下"),
    "Dispatch": _("派单"),
    "Acknowledge": _("签收"),
    "Object": _("提出派单异议"),
    "RuleOnObjection": _("裁定异议"),
    "AddSupport": _("增加协办单位"),
    "RemoveSupport": _("撤下协办单位"),
    "FirstContact": _("记录先行联系"),
    "Note": _("写办理情况"),
    "SiteCheck": _("记录现场核查"),
    "Extend": _("申请延期"),
    "Park": _("挂账"),
    "Resume": _("恢复办理"),
    "AskResident": _("向诉求人提问"),
    "ReplyOfResident": _("代录诉求人的回复"),
    "Message": _("给诉求人留言"),
    "Attach": _("添加照片"),
    "Answer": _("答复"),
    "Decline": _("不予受理"),
    "Review": _("作出复核结论"),
    "Callback": _("记录回访"),
    "Merge": _("并单"),
    "Unmerge": _("拆开"),
    "Reopen": _("重新打开"),
    "RevealContact": _("查看联系方式"),
    "Erase": _("删除内容"),
}
