"""Every refusal as a sentence: what was wrong, and what to do. Nothing was changed when one of these is shown."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.base.errors import Refusal
from huiyin.organisation import store

SENTENCES: dict[str, str | Promise] = {
    # the table of permissions
    "not_your_role": _("您现在的身份不能做这一步。请换用有权限的身份，或交给有权限的同事。"),
    "not_your_case": _("这件事不由您的单位办理。如有需要，请联系派单员。"),
    "not_now": _("这件事的状态已经变了，现在不能做这一步。请看最新情况。"),
    # words and choices
    "nothing_said": _("还没有写内容。请用自己的话写一句：什么事，在哪里。"),
    "text_too_long": _("写得太长了（%(length)s 字，最多 %(limit)s 字）。内容都还在，请删短一些。"),
    "answer_is_empty": _("还没有写答复。"),
    "title_is_empty": _("还没有写标题。"),
    "reason_is_empty": _("还没有写理由。"),
    "note_is_empty": _("还没有写内容。"),
    "question_is_empty": _("还没有写要问的问题。"),
    "message_is_empty": _("还没有写留言。"),
    "route_is_empty": _("还没有写去处：请告诉诉求人可以找谁、怎么找。"),
    "purpose_is_empty": _("请写明为什么要看联系方式。"),
    "unknown_channel": _("没有这个渠道。"),
    "unknown_kind": _("没有这个类型，请重新选择。"),
    "unknown_urgency": _("没有这个紧急程度，请重新选择。"),
    "unknown_category": _("没有这个分类，请重新选择。"),
    "unknown_area": _("没有这个地方，请重新选择。"),
    "unknown_office": _("没有这个单位，请重新选择。"),
    "unknown_reason": _("没有这个理由，请重新选择。"),
    "unknown_way": _("没有这个联系方式，请重新选择。"),
    "unknown_visibility": _("请选择谁能看到。"),
    "unknown_finding": _("请选择现场看到的情况。"),
    "unknown_ruling": _("请选择复核结论。"),
    "unknown_disposition": _("请选择回访的结果。"),
    "unknown_purpose": _("请选择查看联系方式的用途。"),
    "unknown_ground": _("请选择删除的依据。"),
    "unknown_case": _("没有找到这件事。请核对编号。"),
    "phone_cannot_be_right": _("这个电话号码不像是对的。请只填数字，比如区号加号码。"),
    "email_cannot_be_right": _("这个邮箱地址不像是对的，请核对。"),
    "name_too_long": _("称呼太长了，最多 60 个字。"),
    # publishing
    "resident_keeps_it_private": _("诉求人没有同意公开，不能列上公开页。"),
    "sensitive_is_not_listed": _("这类事情要保护反映人，不列上公开页。"),
    "not_published": _("这件事本来就不在公开页上。"),
    "only_imported_history": _("只有导入的旧事才能这样登记。"),
    # the right office
    "objection_window_closed": _("提出异议的期限已过。请先办理；确有困难请联系派单员。"),
    "ruling_is_final": _("第二次裁定是最终的，不能再提异议。请办理。"),
    "suggests_itself": _("建议的单位就是本单位，请选别的单位。"),
    "second_objection_goes_up": _("第二次异议要由派单员的上级裁定。"),
    "sustained_needs_another_office": _("异议成立时要改派给另一个单位。"),
    "office_had_it_already": _("这件事已经派给过这个单位。没有上级的裁定，不能再转回去。"),
    "office_is_on_it_already": _("这个单位已经在办这件事。"),
    "office_is_not_on_it": _("这个单位没有在配合办这件事。"),
    # the work
    "no_clock_to_extend": _("现在没有可以延长的期限。"),
    "extended_already": _("这一轮已经延长过一次，不能再延长。"),
    "extension_too_late": _("期限已过，不能再申请延期。"),
    "no_extension_here": _("这类事不能延期。"),
    "extension_shortens": _("新的日期要晚于现在的期限（%(due)s）。"),
    "extension_too_long": _("最多只能延到 %(limit)s。"),
    "park_needs_a_later_day": _("请选一个以后的日子。"),
    "park_too_long": _("最多等 %(days)s 天。"),
    "parked_too_often": _("每一轮最多挂账 %(times)s 次。请办理，或如实答复。"),
    "asked_too_often": _("每一轮最多问 %(times)s 次，免得让诉求人一直等。请用现有的情况办理。"),
    "call_again_later": _("两次回访要隔开时间，%(after)s 以后再打。"),
    "waits_already": _("已经在等诉求人回复。"),
    "nothing_was_asked": _("单位没有在等您的回复。您可以留言。"),
    "promise_needs_a_day": _("承诺要写明在哪一天前办好。"),
    "promise_needs_a_later_day": _("承诺的日子要在今天以后。"),
    "only_a_promise_has_a_day": _("只有承诺才需要填日期。"),
    # the resident's word
    "answered_meanwhile": _("单位刚刚又作了新的答复。请先看新的答复，再说结果。"),
    "verdict_first": _("请先说结果：部分解决，或没解决。"),
    "verdict_only_when_answered": _("只有接通并回答时才能记录评判，这时必须记录。"),
    "own_word_stands": _("本人已经自己说过结果，回访不能改。"),
    "not_independent": _("您的单位办过这件事，不能由您来评判。请交给别的监督员或回访员。"),
    "answered_before": _("这件事答复过、本人不认可，不能再说不受理。请办理，或由监督员复核。"),
    "promise_too_far": _("承诺的日子太远了，最多 %(days)s 天。"),
    "matter_is_confidential": _("那件事要求保密，别人不能加入。"),
    "has_spoken_already": _("诉求人已经说过结果，不再提醒。"),
    "resident_still_has_time": _("诉求人还有时间评判，到 %(until)s。"),
    "reminders_first": _("提醒还不够次数，不能按没有回音结束。"),
    "callbacks_first": _("回访还不够次数，不能按没有回音结束。"),
    "reopen_window_closed": _("重新打开的期限已过。您可以再说一件事，并写上原来的编号。"),
    # one matter, several people
    "merges_into_itself": _("不能并到自己。"),
    "matter_is_not_open": _("那件事已经结束，不能再加入。请单独提出。"),
    "has_supporters_itself": _("已经有人加入这件事，请把另一件并到这一件。"),
    # clocks
    "clock_is_not_running": _("这个期限没有在走。"),
    "clock_has_time_left": _("期限还没有到。"),
    # the vault
    "no_contact_kept": _("没有留联系方式。"),
    "confidential_no_contact": _("诉求人要求保密，经办单位看不到联系方式。请通过留言联系。"),
    "sensitive_no_contact": _("这类事情要保护反映人，经办单位看不到联系方式。请通过留言联系。"),
    "erased_case_stays": _("这件事的内容已经删除，没有人能再办理或复核。还没解决的，请再说一件事。"),
    "erased_case_takes_no_words": _("这件事的内容已经删除，不能再写入文字。"),
    # photos
    "photo_empty": _("这张照片是空的，请重新选择。其他内容都还在。"),
    "photo_too_large": _("这张照片太大了，每张最多 10 MB。其他内容都还在。"),
    "photo_too_many_pixels": _("这张照片尺寸太大，请用手机缩小后再传。其他内容都还在。"),
    "not_a_photo": _("这个文件不是能打开的照片，没有保存。可以用 JPEG、PNG、WebP 或 GIF。其他内容都还在。"),
}


def sentence(refusal: Refusal) -> str:
    """The refusal in the active language. Raises KeyError for a code without a sentence (a test lists them all)."""
    facts = {k: _readable(v) for k, v in refusal.facts.items()}
    text = str(SENTENCES[refusal.code])
    return text % facts if facts and "%(" in text else text


def _readable(value: object) -> object:
    if isinstance(value, str) and len(value) >= 20 and value[4:5] == "-" and value.endswith("Z"):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value, store.zone()), "DATETIME_FORMAT")
    return value
