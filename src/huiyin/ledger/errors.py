"""Why the log would not be sealed: answers for the operator, shown by `huiyin doctor` and on the page of the log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from huiyin.base.errors import Refusal


class SealRefused(Refusal):
    """Nothing was signed. `code` is one of REASONS; `facts` holds sizes, times and hashes, never personal text."""


#: What each refusal means and what to do. The log keeps taking events in; only publishing waits.
REASONS = {
    "database_smaller": _(
        "数据库里的记录比已经公布的检查点少，像是恢复了旧备份。"
        "请先从镜像或较新的备份补齐记录，再封存；不要删除已公布的检查点。"
    ),
    "root_differs": _(
        "按数据库里的记录重新计算，得不到已经公布的根值：旧记录被改动过。请用 huiyin log verify 找出是哪一条。"
    ),
    "clock_went_back": _("这台机器的时钟早于上一个检查点。请校准时钟；时钟走过那个时间以后会自动恢复封存。"),
    "leaf_altered": _("有一条还没有封存的记录，内容和它登记时的指纹对不上。请用 huiyin log verify 找出是哪一条。"),
    "foreign_checkpoint": _(
        "已公布的检查点不是用这份日志的钥匙签的。请检查 HUIYIN_HOME 下的 keys/log 和 log 两个文件夹是否属于同一套部署。"
    ),
    "key_missing": _("签名钥匙不见了，而日志已经公布过检查点。请从备份恢复 HUIYIN_HOME/keys/log；不要另造一把新钥匙。"),
}
