import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Account
from accounts.vault.scope import acting_for
from guide.ladder import RUNGS
from roadmap.models import Roadmap, Talk
from roadmap.talks import approaches
from roadmap.talks.replies import likely

HTMX = {"HX-Request": "true"}
TODAY = date(2026, 11, 22)
PLAN = {
    "issue": "How quiet our evenings are",
    "feeling": "lonely",
    "about": "how quiet our evenings have become",
    "need": "half an hour on Saturday",
    "step": "issue",
    "day": "2026-11-28",
    "place": "On the way back",
    "smaller_ask": "ten questions, one evening",
    "stop_sentence": "Let’s leave it there.",
}
FOUR_NO = dict.fromkeys(("safety_afraid", "safety_force", "safety_checked", "safety_kept"), "no")
FORM = 'name="stop_sentence"'


@pytest.fixture(autouse=True)
def sunday(time_machine) -> None:
    """It is Sunday 22 November 2026, noon in UTC."""
    time_machine.move_to(datetime(2026, 11, 22, 12, 0, tzinfo=UTC), tick=False)


@pytest.fixture
def talk(owner: Client, partner: Account) -> Talk:
    """A plan for Saturday."""
    owner.post("/roadmap/talks/new/", PLAN)
    return only(partner)


def only(account: Account) -> Talk:
    with acting_for(account):
        return account.talks.get()


def fresh(talk: Talk) -> Talk:
    with acting_for(talk.account):
        return Talk.objects.get(pk=talk.pk)


def opened(page: str) -> bool:
    """Whether the plan's form is on the page, rather than one press further."""
    return FORM in page and '<details class="gate">' not in page


# The plan


def test_a_plan_is_kept_with_everything_in_it(owner: Client, partner: Account) -> None:
    response = owner.post(
        "/roadmap/talks/new/", PLAN | {"reasons": ["money", "fine"], "reply_1": "“Not this again.”", "answer_1": "“Once.”"}
    )

    talk = only(partner)
    assert (response.status_code, response["Location"]) == (302, f"/roadmap/talks/{talk.pk}/")
    assert {name: getattr(talk, name) for name in PLAN} == PLAN | {"day": date(2026, 11, 28)}
    assert (talk.reasons, talk.replies) == (["money", "fine"], [["“Not this again.”", "“Once.”"]])
    assert (talk.state, talk.version, talk.logged) == ("planned", 1, False)
    page = owner.get(response["Location"]).content.decode()
    assert "<mark>lonely</mark>" in page and "<mark>half an hour on Saturday</mark>" in page
    assert "How quiet our evenings are" in owner.get("/roadmap/talks/").content.decode()


def test_any_part_may_stay_empty_but_not_all_of_it(owner: Client, partner: Account) -> None:
    assert owner.post("/roadmap/talks/new/", {"feeling": "tired"}).status_code == 302
    assert only(partner).title == "A talk"

    response = owner.post("/roadmap/talks/new/", {"issue": "  ", "version": "0"})
    assert response.status_code == 422
    assert "There is nothing to keep yet" in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("step", "leap"),
        ("day", "2026-02-30"),
        ("day", "2029-01-01"),
        ("day", "soon"),
        ("reasons", "laziness"),
        ("issue", "x" * 501),
        ("feeling", "x" * 101),
        ("need", "\0"),
        ("reply_1", "x" * 501),
        ("smaller_ask", "x" * 501),
    ],
)
def test_a_plan_that_cannot_be_kept_comes_back_whole(owner: Client, partner: Account, field: str, value: str) -> None:
    response = owner.post("/roadmap/talks/new/", PLAN | {field: value})

    page = response.content.decode()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Let’s leave it there." in page
    assert f'href="#{field}"' in page and f'id="{field}_error"' in page
    with acting_for(partner):
        assert not partner.talks.exists()


def test_what_is_not_posted_is_left_as_it_is(owner: Client, talk: Talk) -> None:
    owner.post(talk.get_absolute_url(), {"place": "In the garden"})

    assert (fresh(talk).place, fresh(talk).issue, fresh(talk).version) == ("In the garden", PLAN["issue"], 2)


def test_a_whole_page_takes_out_what_was_emptied(owner: Client, talk: Talk) -> None:
    owner.post(talk.get_absolute_url(), {"issue": "Evenings", "version": "1"})

    assert (fresh(talk).issue, fresh(talk).place, fresh(talk).day) == ("Evenings", "", None)


def test_two_tabs_the_second_is_told_and_nothing_is_lost(owner: Client, talk: Talk) -> None:
    owner.post(talk.get_absolute_url(), PLAN | {"place": "In the garden", "version": "1"})

    response = owner.post(talk.get_absolute_url(), PLAN | {"place": "At the bridge", "version": "1"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Another tab has changed this plan" in page
    assert "<dt>Hour and place</dt><dd>In the garden</dd>" in page and ">\nAt the bridge</textarea>" in page
    assert fresh(talk).place == "In the garden"

    owner.post(talk.get_absolute_url(), PLAN | {"place": "At the bridge", "version": "2"})
    assert fresh(talk).place == "At the bridge"


def test_the_same_form_sent_twice_is_one_talk(owner: Client, partner: Account) -> None:
    key = str(uuid4())
    for _ in range(2):
        assert owner.post("/roadmap/talks/new/", PLAN | {"key": key, "version": "0"}).status_code == 302

    assert only(partner).version == 1


# How it sounds


def test_htmx_saves_and_gets_the_sentence_the_nudges_and_no_page(owner: Client, partner: Account) -> None:
    key = str(uuid4())
    form = PLAN | {"issue": "You never talk to me", "key": key, "version": "0"}
    told = owner.post("/roadmap/talks/new/", form, headers=HTMX).content.decode()

    assert "<html" not in told
    assert re.search(r'<output id="heard"[^>]*hx-swap-oob="true">\s*I feel <mark>lonely</mark> about', told)
    assert "“Never” invites an argument" in told
    assert "Saved 12:00" in told and re.search(r'name="version"\s+value="1"', told)
    assert only(partner).issue == "You never talk to me", "a hint does not prevent saving"

    told = owner.post("/roadmap/talks/new/", form | {"feeling": "sad", "version": "1"}, headers=HTMX).content.decode()
    assert "<mark>sad</mark>" in told and re.search(r'name="version"\s+value="2"', told)
    assert only(partner).feeling == "sad"


def test_htmx_is_told_what_is_wrong_at_its_field(owner: Client, partner: Account) -> None:
    response = owner.post("/roadmap/talks/new/", PLAN | {"issue": "x" * 501, "version": "0"}, headers=HTMX)

    assert response.status_code == 422
    assert "Not saved yet" in response.content.decode()
    told = response.content.decode()
    assert 'id="issue_error" hx-swap-oob="true">500 characters at most. This has 501.' in told
    assert "version_error" not in told, "no message without a place for it"


def test_pressing_save_leads_to_the_plan_with_htmx_too(owner: Client, partner: Account) -> None:
    response = owner.post("/roadmap/talks/new/", PLAN | {"save": "1"}, headers=HTMX)

    assert response["HX-Redirect"] == only(partner).get_absolute_url()


def test_without_scripts_it_is_heard_on_a_page_and_not_saved(owner: Client, partner: Account) -> None:
    page = owner.post("/roadmap/talks/new/", PLAN | {"preview": "1", "need": ""}).content.decode()

    assert "<mark>lonely</mark>" in page and "Nothing is asked for yet" in page
    assert "Not saved yet" in page
    assert 'value="2026-11-28"' in page
    with acting_for(partner):
        assert not partner.talks.exists()


def test_what_is_typed_is_words_and_never_markup(owner: Client) -> None:
    page = owner.post("/roadmap/talks/new/", {"preview": "1", "feeling": "<b>sad</b>"}).content.decode()

    assert "<mark>&lt;b&gt;sad&lt;/b&gt;</mark>" in page


# What may come back


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_likely_replies_are_added_for_the_reasons_chosen_and_nothing_is_saved(owner: Client, partner: Account, headers: dict) -> None:
    form = PLAN | {"suggest": "1", "reasons": ["money"], "reply_1": "“Later.”", "answer_1": ""}
    response = owner.post("/roadmap/talks/new/", form, headers=headers)

    page = response.content.decode()
    assert page.index("“Later.”") < page.index("“We can’t afford it.”") < page.index("“Then let’s find out what it costs")
    assert 'value="money" class="mark" autocomplete="off" checked' in page or re.search(r'value="money"[^>]*checked', page)
    assert "Not saved yet" in page
    assert ("<html" in page) == (not headers)
    assert response.headers.get("HX-Retarget") == ("#replies" if headers else None)
    with acting_for(partner):
        assert not partner.talks.exists()


def test_likely_replies_are_not_added_twice(owner: Client) -> None:
    said, answer = likely(["money"])[0]

    form = {"suggest": "1", "reasons": ["money"], "reply_1": said, "answer_1": answer}
    page = owner.post("/roadmap/talks/new/", form).content.decode()

    assert page.count("“We can’t afford it.”") == 1


def test_another_row_for_a_reply(owner: Client) -> None:
    page = owner.post("/roadmap/talks/new/", {"more": "1", "reply_1": "“Later.”"}).content.decode()

    assert 'name="reply_2"' in page and 'name="reply_3"' not in page


def test_empty_rows_are_not_kept(owner: Client, partner: Account) -> None:
    owner.post("/roadmap/talks/new/", PLAN | {"reply_1": "", "answer_1": "", "reply_2": "“Later.”", "version": "0"})

    assert only(partner).replies == [["“Later.”", ""]]


# Help first


def test_before_the_first_plan_four_questions_are_asked(owner: Client) -> None:
    page = owner.get("/roadmap/talks/new/").content.decode()

    assert 'name="safety_afraid"' in page
    assert not opened(page)
    page = page.split("<main")[1]
    assert page.index('href="/help/"') < page.index('href="/using-this-safely/"') < page.index("Continue without answering")


def test_four_times_no_opens_the_plan_and_keeps_nothing(owner: Client, partner: Account) -> None:
    page = owner.post("/roadmap/talks/new/", FOUR_NO | {"answered": "1"}).content.decode()

    assert opened(page)
    with acting_for(partner):
        assert not partner.safetychecks.exists() and not partner.talks.exists()


@pytest.mark.parametrize("answer", ["unsure", "yes", "rather-not", ""])
def test_anything_else_meets_help_first_and_the_plan_one_press_further(owner: Client, partner: Account, answer: str) -> None:
    page = owner.post("/roadmap/talks/new/", FOUR_NO | {"safety_kept": answer, "answered": "1"}).content.decode()

    assert (
        page.index("First, someone to talk to")
        < page.index('href="/using-this-safely/"')
        < page.index("Open the plan anyway")
        < page.index(FORM)
    )
    assert "did not answer all four with no" in page, "the reason is said"
    assert not opened(page)
    with acting_for(partner):
        assert not partner.safetychecks.exists()


def test_answers_are_kept_only_when_that_is_ticked(owner: Client, partner: Account) -> None:
    owner.post("/roadmap/talks/new/", FOUR_NO | {"safety_force": "yes", "answered": "1", "keep_safety": "1"})
    owner.post("/roadmap/talks/new/", FOUR_NO | {"safety_force": "unsure", "answered": "1", "keep_safety": "1"})

    with acting_for(partner):
        kept = partner.safetychecks.get()
    assert (kept.day, kept.answers) == (TODAY, FOUR_NO | {"safety_force": "unsure"})
    page = owner.get("/roadmap/talks/new/").content.decode()
    assert "You kept these answers before, and not all of them were no" in page


def test_an_answer_that_is_none_is_refused_at_its_question(owner: Client) -> None:
    response = owner.post("/roadmap/talks/new/", FOUR_NO | {"safety_kept": "maybe", "answered": "1"})

    assert response.status_code == 422
    assert "Choose one of the four answers, or none." in response.content.decode()


def test_after_the_first_plan_nobody_is_asked_again(owner: Client, talk: Talk) -> None:
    assert opened(owner.get("/roadmap/talks/new/").content.decode())


def test_a_talk_that_was_not_plainly_safe_puts_help_before_the_next_plan(owner: Client, talk: Talk) -> None:
    owner.post(f"{talk.get_absolute_url()}debrief/", {"response": "listened", "safe": "unsure"})

    page = owner.get("/roadmap/talks/new/").content.decode()
    assert "not plainly safe" in page
    assert not opened(page)
    assert page.index('href="/help/"', page.index("<main")) < page.index(FORM)


def test_the_guides_reasons_open_a_plan_filled_in_and_save_nothing(owner: Client, partner: Account) -> None:
    response = owner.post("/roadmap/talks/new/", {"start": "1", "reason": "stigma"})

    page = response.content.decode()
    assert response.status_code == 200
    assert FORM in page
    assert "“What would people say?”" in page and "A course online, at home" in page
    assert 'name="safety_afraid"' in page, "the four questions still come first"
    with acting_for(partner):
        assert not partner.talks.exists()

    page = owner.post("/roadmap/talks/new/", FOUR_NO | {"answered": "1", "reason": "stigma"}).content.decode()
    assert opened(page) and "“What would people say?”" in page


def test_a_reason_that_is_none_of_ours_opens_an_empty_plan(owner: Client) -> None:
    response = owner.post("/roadmap/talks/new/", {"start": "1", "reason": "\0<b>"})

    assert response.status_code == 200
    assert "<b>" not in response.content.decode().split("<main")[1].split("</main")[0].replace("<b>A", "")


# Afterwards


def test_a_debrief_makes_it_a_talk_that_took_place(owner: Client, talk: Talk) -> None:
    form = {"response": "small-yes", "reason": "money", "safe": "yes", "feelings_before": "Tense", "feelings_after": "Relieved"}
    response = owner.post(f"{talk.get_absolute_url()}debrief/", form | {"next_step": "Ring the practice", "note": "By the river"})

    held = fresh(talk)
    assert response["Location"] == talk.get_absolute_url()
    assert {name: getattr(held, name) for name in form} == form
    assert (held.state, held.day, held.issue) == ("held", TODAY, PLAN["issue"]), "the day it was planned for has not come"
    page = owner.get(talk.get_absolute_url()).content.decode()
    assert "A small yes" in page and "Relieved" in page and "By the river" in page
    assert "First, someone to talk to" not in page


@pytest.mark.parametrize("safe", ["no", "unsure", "rather-not", ""])
def test_unless_it_plainly_stayed_safe_help_comes_first(owner: Client, talk: Talk, safe: str) -> None:
    owner.post(f"{talk.get_absolute_url()}debrief/", {"response": "yes", "safe": safe})

    page = owner.get(talk.get_absolute_url()).content.decode().split("<main")[1]
    assert page.index("First, someone to talk to") < page.index("What came back")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("response", ""),
        ("response", "great"),
        ("reason", "laziness"),
        ("safe", "perhaps"),
        ("day", "2026-11-23"),
        ("day", "1850-01-01"),
        ("note", "x" * 2001),
    ],
)
def test_a_debrief_that_cannot_be_kept_comes_back_whole(owner: Client, talk: Talk, field: str, value: str) -> None:
    form = {"response": "listened", "safe": "yes", "feelings_after": "Relieved", "day": "2026-11-22"}
    response = owner.post(f"{talk.get_absolute_url()}debrief/", form | {field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Relieved" in response.content.decode()
    assert fresh(talk).state == "planned"


def test_a_debrief_in_two_tabs_is_not_written_over_unseen(owner: Client, talk: Talk) -> None:
    owner.post(f"{talk.get_absolute_url()}debrief/", {"response": "listened", "note": "first", "version": "1"})
    response = owner.post(f"{talk.get_absolute_url()}debrief/", {"response": "refused", "note": "second", "version": "1"})

    assert response.status_code == 409
    assert "<dd>Listened</dd>" in response.content.decode() and "second" in response.content.decode()
    assert fresh(talk).note == "first"


def test_the_plan_of_a_talk_that_took_place_is_changed_and_its_day_stays_one_that_has_been(owner: Client, talk: Talk) -> None:
    owner.post(f"{talk.get_absolute_url()}debrief/", {"day": "2025-01-05", "response": "listened", "safe": "yes"})

    for day in ("2025-01-05", ""):
        assert owner.post(talk.get_absolute_url(), {"place": f"Place {day}", "day": day}).status_code == 302
        assert (fresh(talk).place, fresh(talk).day) == (f"Place {day}".strip(), date(2025, 1, 5))
    response = owner.post(talk.get_absolute_url(), {"day": "2026-11-28"})
    assert list(response.context["form"].errors) == ["day"]


def test_a_plan_is_let_go_and_taken_up_again(owner: Client, talk: Talk) -> None:
    owner.post(talk.get_absolute_url(), {"let-go": "1"})
    assert fresh(talk).state == "let-go"
    assert "A plan that you let go" in owner.get(talk.get_absolute_url()).content.decode()
    assert "Plans let go" in owner.get("/roadmap/talks/").content.decode()

    owner.post(talk.get_absolute_url(), {"take-up": "1"})
    assert fresh(talk).state == "planned"


def test_letting_a_plan_go_is_no_conflict_with_words_on_their_way(owner: Client, talk: Talk) -> None:
    owner.post(talk.get_absolute_url(), {"let-go": "1"})

    assert owner.post(talk.get_absolute_url(), PLAN | {"place": "In the kitchen", "version": "1"}).status_code == 302
    assert (fresh(talk).place, fresh(talk).state) == ("In the kitchen", "let-go")


@pytest.mark.parametrize("button", ["let-go", "take-up"])
def test_a_talk_that_took_place_is_not_let_go_in_a_tab_that_does_not_know_it(owner: Client, talk: Talk, button: str) -> None:
    owner.post(f"{talk.get_absolute_url()}debrief/", {"response": "listened", "safe": "yes"})

    owner.post(talk.get_absolute_url(), {button: "1"})

    assert fresh(talk).state == "held"


def test_a_talk_is_taken_out(owner: Client, partner: Account, talk: Talk) -> None:
    assert owner.post(talk.get_absolute_url(), {"delete": "1"})["Location"] == "/roadmap/talks/"
    with acting_for(partner):
        assert not partner.talks.exists()


def test_what_to_do_next_becomes_a_step_with_one_press(owner: Client, partner: Account, talk: Talk) -> None:
    owner.post(f"{talk.get_absolute_url()}debrief/", {"response": "listened", "safe": "yes", "next_step": "Ring the practice"})
    page = owner.get(talk.get_absolute_url()).content.decode()
    title, horizon = re.search(r'name="title" value="([^"]+)".*?name="horizon" value="(\d+)"', page).groups()
    owner.post("/roadmap/actions/new/", {"title": title, "horizon": horizon})

    with acting_for(partner):
        assert partner.actions.own().get().title == "Ring the practice"


# The log


def test_three_answers_write_a_talk_down(owner: Client, partner: Account) -> None:
    response = owner.post("/roadmap/talks/", {"day": "2026-11-20", "approach": "film", "response": "deflected"})

    talk = only(partner)
    assert response.status_code == 302
    assert (talk.state, talk.logged, talk.day, talk.approach, talk.response) == ("held", True, date(2026, 11, 20), "film", "deflected")
    page = owner.get("/roadmap/talks/").content.decode()
    assert "A film together, and a talk about it" in page and "Put off" in page
    assert "Tried on" in owner.get("/roadmap/talks/ladder/").content.decode()


def test_own_words_will_do(owner: Client, partner: Account) -> None:
    owner.post("/roadmap/talks/", {"day": "2026-11-20", "own_words": "Asked on the way home", "response": "yes"})

    assert only(partner).title == "Asked on the way home"


@pytest.mark.parametrize(
    ("field", "value"),
    [("day", "2026-11-23"), ("day", "nonsense"), ("approach", ""), ("approach", "x" * 201), ("response", ""), ("response", "6")],
)
def test_a_log_that_makes_no_sense_is_refused_at_its_field(owner: Client, partner: Account, field: str, value: str) -> None:
    response = owner.post("/roadmap/talks/", {"day": "2026-11-20", "approach": "film", "response": "yes"} | {field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    with acting_for(partner):
        assert not partner.talks.exists()


def test_the_same_log_sent_twice_is_one_talk_and_another_after_it_is_two(owner: Client, partner: Account) -> None:
    form = {"day": "2026-11-20", "approach": "film", "response": "yes", "key": str(uuid4())}
    owner.post("/roadmap/talks/", form)
    owner.post("/roadmap/talks/", form)
    assert only(partner).version == 1

    owner.post("/roadmap/talks/", form | {"response": "refused"})
    with acting_for(partner):
        assert {talk.response for talk in partner.talks.held()} == {"yes", "refused"}


def test_what_was_tried_without_a_plan_can_be_corrected(owner: Client, partner: Account) -> None:
    owner.post("/roadmap/talks/", {"day": "2026-11-20", "own_words": "Asked on the way home", "response": "yes"})
    talk = only(partner)
    page = owner.get(f"{talk.get_absolute_url()}debrief/").content.decode()
    assert 'value="Asked on the way home"' in page

    owner.post(f"{talk.get_absolute_url()}debrief/", {"response": "refused", "approach": "book", "day": "2026-11-19"})
    assert (fresh(talk).approach, fresh(talk).response, fresh(talk).day) == ("book", "refused", date(2026, 11, 19))


def test_the_log_draws_every_talk_and_says_the_same_in_words(owner: Client, partner: Account) -> None:
    for day, response in enumerate(["hostile", "refused", "deflected", "listened", "small-yes", "yes"], start=1):
        owner.post("/roadmap/talks/", {"day": f"2026-10-0{day}", "approach": "film", "response": response})

    response = owner.get("/roadmap/talks/")
    drawing, page = response.context["drawing"], response.content.decode()
    assert [line.marks for line in drawing.responses] == [[91.67], [75.0], [58.33], [41.67], [25.0], [8.33]]
    shown = page[page.index('<ol class="tried"') : page.index("</ol>")]
    assert re.findall(r"</svg>\s*<span>([^<]+)", shown) == ["Yes", "A small yes", "Listened", "Put off", "Refused", "Hostile"]


def test_talks_come_a_page_at_a_time_and_none_is_lost(owner: Client, partner: Account) -> None:
    with acting_for(partner):
        for ago in range(30):
            words = {"approach": f"Talk {ago} days ago", "response": "listened", "reason": "fine", "state": "held"}
            Talk.write(partner, uuid4(), words | {"day": TODAY - timedelta(days=ago)}, version=0, at=datetime.now(UTC))

    pages = [owner.get("/roadmap/talks/", {"page": number} if number else {}).content.decode() for number in (0, 2, 3)]

    shown = [re.findall(r"Talk (\d+) days ago", page) for page in pages]
    assert [list(map(int, numbers)) for numbers in shown] == [[*range(12)], [*range(12, 24)], [*range(24, 30)]]
    assert [("Earlier talks" in page, "Later talks" in page) for page in pages] == [(True, False), (True, True), (False, True)]
    assert all("“We’re fine”: 30 times" in page for page in pages)
    for beyond in ("99", "0", "-1", "x", "", "\0"):
        assert owner.get("/roadmap/talks/", {"page": beyond}).status_code == 200


def test_there_is_no_rate_anywhere(owner: Client, partner: Account) -> None:
    for response in ("yes", "refused", "refused"):
        owner.post("/roadmap/talks/", {"day": "2026-10-01", "approach": "film", "response": response})

    page = re.sub(r"<[^>]+>", " ", owner.get("/roadmap/talks/").content.decode())
    assert not re.search(r"%|percent|rate\b|success|average|score", page, re.I)


def test_the_ladder_shows_what_was_tried_and_makes_a_step_of_any_rung(owner: Client, partner: Account) -> None:
    with acting_for(partner):
        Roadmap.of(partner)
    for rung in RUNGS.values():
        page = owner.get("/roadmap/talks/ladder/").content.decode()
        assert str(rung.title).split(":")[0] in page
        response = owner.post("/roadmap/actions/new/", {"title": str(rung.step), "horizon": "30"})
        assert response.status_code == 302

    with acting_for(partner):
        assert partner.actions.own().filter(horizon=30).count() == len(RUNGS)


@pytest.mark.parametrize("opener", ["closer", "new-tools", "years-to-come"])
def test_a_talk_begins_from_an_opener_which_fills_the_fields_and_saves_nothing(owner: Client, partner: Account, opener: str) -> None:
    page = owner.post("/roadmap/talks/new/", {"start": "1", "opener": opener}, follow=True).content.decode()

    assert approaches.OPENERS[opener].need in page
    assert f'value="{opener}" selected' in page
    with acting_for(partner):
        assert not partner.talks.exists()


def test_an_opener_of_the_guide_leads_to_an_address_to_come_back_to(owner: Client, talk: Talk) -> None:
    owner.follows_held = False
    response = owner.post("/roadmap/talks/new/", {"start": "1", "opener": "closer"})
    assert (response.status_code, response["Location"].split("/")[1]) == (303, "held")

    for _visit in range(2):
        page = owner.get(response["Location"]).content.decode()
        assert opened(page) and approaches.OPENERS["closer"].need in page and "Filled in. Change any word." in page
    assert owner.post("/roadmap/talks/new/", {"start": "1", "opener": "no-such"}).status_code == 303


def test_the_four_questions_are_not_asked_twice_in_a_session(owner: Client, partner: Account, sign_in) -> None:
    owner.post("/roadmap/talks/new/", FOUR_NO | {"answered": "1"})

    assert opened(owner.post("/roadmap/talks/new/", {"start": "1", "opener": "closer"}).content.decode())
    assert not opened(sign_in(partner).get("/roadmap/talks/new/").content.decode()), "another session knows nothing of it"
    owner.post("/roadmap/talks/new/", FOUR_NO | {"answered": "1", "safety_kept": "unsure"})
    assert not opened(owner.get("/roadmap/talks/new/").content.decode())


def test_an_opener_outlives_the_four_questions(owner: Client) -> None:
    asked = owner.post("/roadmap/talks/new/", {"start": "1", "opener": "new-tools"}).content.decode()
    assert not opened(asked) and '<input type="hidden" name="opener" value="new-tools"' in asked

    page = owner.post("/roadmap/talks/new/", FOUR_NO | {"answered": "1", "opener": "new-tools"}).content.decode()

    assert opened(page) and approaches.OPENERS["new-tools"].about in page


# The card


def test_the_card_has_what_one_wants_at_hand(owner: Client, talk: Talk) -> None:
    page = owner.get(f"{talk.get_absolute_url()}card/").content.decode()

    card = page[page.index('<div class="card">') :]
    for words in (
        "I feel lonely about how quiet our evenings have become, and I would like half an hour on Saturday.",
        PLAN["smaller_ask"],
        PLAN["stop_sentence"],
    ):
        assert words in card
    assert PLAN["issue"] not in card, "that is for them alone"


def test_the_pages_take_few_queries(owner: Client, partner: Account, talk: Talk, django_assert_num_queries) -> None:
    # Each: the session with its account, and the scope with what a test’s nested transaction adds (savepoint, back, release).
    owner.get("/roadmap/talks/")  # Says that it was saved.
    with django_assert_num_queries(6):  # all talks in outline
        owner.get("/roadmap/talks/")
    with django_assert_num_queries(6):  # the talk
        owner.get(talk.get_absolute_url())
    with django_assert_num_queries(8):  # the last talk, kept answers, whether there was a plan
        owner.get("/roadmap/talks/new/")
