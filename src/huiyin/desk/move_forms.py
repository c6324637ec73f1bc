"""The forms in the order in which a page offers them. `FORMS` holds one for every command of staff."""

from __future__ import annotations

from collections.abc import Mapping

from huiyin.desk.moves import MoveForm
from huiyin.desk.office_forms import (
    AcknowledgeForm,
    AddSupportForm,
    AnswerForm,
    AskResidentForm,
    AttachForm,
    DeclineForm,
    ExtendForm,
    FirstContactForm,
    MessageForm,
    NoteForm,
    ObjectForm,
    ParkForm,
    RemoveSupportForm,
    ReplyOfResidentForm,
    ResumeForm,
    SiteCheckForm,
)
from huiyin.desk.sorting_forms import (
    AnswerAtIntakeForm,
    CallbackForm,
    ClassifyForm,
    DispatchForm,
    MergeForm,
    PublishForm,
    ReopenForm,
    RevealForm,
    ReviewForm,
    RuleForm,
    UnmergeForm,
    UnpublishForm,
)

_ALL: tuple[type[MoveForm], ...] = (
    AcknowledgeForm, RuleForm, ReviewForm, DispatchForm, ResumeForm, AnswerForm, AnswerAtIntakeForm, FirstContactForm,
    AskResidentForm, ReplyOfResidentForm, NoteForm, SiteCheckForm, MessageForm, AttachForm, ClassifyForm, ExtendForm,
    ParkForm, ObjectForm, AddSupportForm, RemoveSupportForm, MergeForm, UnmergeForm, PublishForm, UnpublishForm,
    CallbackForm, ReopenForm, DeclineForm, RevealForm,
)  # fmt: skip

FORMS: Mapping[str, type[MoveForm]] = {form.command.__name__: form for form in _ALL}
#: drawn in the contact panel and not in the list of actions
IN_CONTACT_PANEL = frozenset({"Message", "RevealContact"})
