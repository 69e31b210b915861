"""Every screen the agent can show, in its ordinary and its hardest form, as real messages. Invented people and places."""

from functools import partial
from typing import TypedDict, Unpack, get_args

from msgspec import structs

from server.documents.codes import qr
from server.protocol import screen as s
from server.protocol.messages import PlaceToStand
from server.protocol.values import Chosen, DeviceName, FormRow, FormSheet, FourBasicData, Line
from server.protocol.values import QuestionForKiosk as Question

SIZES = ((1920, 1080), (1280, 800))
LANGUAGES = ("ja", "easy", "en")
SIMULATED: tuple[DeviceName, ...] = ("card", "printer", "panel", "face_camera", "document_camera")

USUAL = ("tennyu", "tenkyo", "tenshutsu", "shibo", "shussei", "konin", "rikon", "shomei")
MORE = ("kaigo", "nenkin", "zeikin", "kokuho", "shogai", "gomi", "suido", "mynumber")
connecting = partial(s.Connecting, number=12, staff_name="佐藤", department="窓口課")
call = partial(s.Call, number=12, staff_name="佐藤", department="窓口課")
question = partial(s.Question, number=12, position=3, total=8, today="2026-11-24")
on_hold = partial(s.OnHold, number=12, staff_name="佐藤", department="窓口課")

DATA = FourBasicData(
    name="山田 花子", address="見本県見本市北町三丁目12番5号", birth_date="19410503", sex="2"
)
LONG = FourBasicData(
    name="見本 アレクサンドリーナ花子",
    address="見本県見本市東西南北字上中下二千八百五十三番地の十二 見本ハイツ公民館前 第三号棟 一二〇五号室",
    birth_date="20190501",
    sex="9",
)
LINES = (
    Line(id="l1", who="resident", text="どの紙が いりますか"),
    Line(id="l2", who="clerk", text="年金の紙の 3番を 見てください。世帯全員の 住民票が いります。"),
    Line(id="l3", who="resident", text="わかりました"),
    Line(id="l4", who="clerk", text="いっしょに 申し込みましょう。"),
)
MANY = tuple(
    Line(
        id=f"m{n}",
        who="clerk" if n % 2 else "resident",
        text=f"{n}番目の文です。" + "よく聞こえています。" * (n % 5),
    )
    for n in range(20)
)
ENDLESS = (Line(id="e1", who="clerk", text="おなじ文を なんども 書きます。" * 60),)

ROWS = (
    FormRow(label="氏名", text="見本　花子", above="ミホン　ハナコ"),
    FormRow(label="住所", text="見本市中央三丁目4番5-601号", above="〒123-4567"),
    FormRow(
        label="引っ越した人 2", text="見本　太郎", above="ミホン　タロウ",
        below="昭和63年1月2日　性別 男　続柄 夫　個人番号カード 有",
    ),
    FormRow(label="前の世帯主"),
)  # fmt: skip
HARDEST = tuple(
    FormRow(
        label="必要な人の氏名", text="見本 アレクサンドリーナ花子", above="ミホン　アレクサンドリーナハナコ"
    )
    for _ in range(3)
) + (
    FormRow(
        label="住所",
        text="見本市東西南北字上中下二千八百五十三番地の十二 見本ハイツ 一二〇五号室",
        refused=True,
    ),
)
HOSTILE = (
    FormRow(label="氏名", text="あ" * 2000, above="ア" * 400),
    FormRow(label="住所", text="\u202e" + "x" * 1000 + "\u200f" + "Ｗ" * 900, above="〒123-4567"),
    FormRow(label="電話番号", text="<img src=x onerror=alert(1)>${x}" * 20, refused=True),
    FormRow(label="引っ越した人 1", text="Z\u0301\u0302\u0303" * 300, below="𠮷髙﨑👨\u200d👩\u200d👧" * 200),
)
NAME = tuple(
    tuple((150 + 220 * stroke + 9 * step, 120 + 15 * step, 400 * stroke + 20 * step) for step in range(9))
    for stroke in range(4)
)
sheet = partial(
    FormSheet, form="tennyu_todoke", title="住民異動届（転入）", plain="転入届", stage="filling", rows=ROWS,
    promise="prefill", declaration="上のとおり 転入を 届け出ます。",
)  # fmt: skip
form = partial(s.Form, staff_name="佐藤", department="窓口課", pages=3)

PLACES = (
    "2026-11-25T09:00:00+09:00",
    "2026-11-25T13:30:00+09:00",
    "2026-12-23T11:30:00+09:00",
    "2026-12-23T12:00:00+09:00",
)
SCREENS: dict[str, s.Screen] = {
    "form": form(sheet=sheet(changed=1), step="follow", page=1, lines=LINES[:2]),
    "form_told": form(sheet=sheet(rows=HARDEST, changed=3), step="told", pages=1),
    "form_hostile": form(sheet=sheet(stage="reading", rows=HOSTILE, changed=1), step="read", pictures=2),
    "form_read": form(sheet=sheet(stage="reading"), step="read", pictures=2),
    "form_read_fees": form(
        sheet=sheet(stage="reading", total=900, pay="受け取るときに 支所で 払います", promise="accept"),
        step="read",
        page=2,
        pictures=2,
    ),
    "form_which": form(sheet=sheet(stage="reading"), step="which", page=1),
    "form_sign": form(sheet=sheet(stage="agreed"), step="sign", pictures=2),
    "form_sign_same": form(sheet=sheet(stage="agreed", name=NAME), step="sign", pictures=2),
    "form_sign_dot": form(sheet=sheet(stage="agreed"), step="sign", problem="one_dot"),
    "form_look": form(sheet=sheet(stage="agreed"), step="look", pictures=2),
    "form.helped": form(sheet=sheet(stage="agreed"), step="helped"),
    "form_signed_pay": form(
        sheet=sheet(
            stage="signed",
            code="9f3a 0c21 77de 1b02",
            total=900,
            pay="受け取るときに 支所で 払います",
            promise="accept",
            pay_code=tuple(qr("https://pay.example.lg.jp/t/9f3a0c2177de1b02?yen=900")),
        ),
        step="signed",
    ),
    "form_signed": form(
        sheet=sheet(stage="signed", code="9f3a 0c21 77de 1b02"), step="signed", notice="printed"
    ),
    "counter": s.Counter(
        purposes=("talk", *USUAL, *MORE),
        closed={"shibo": "no_staff", "nenkin": "hours", "zeikin": "full", "gomi": "today_other"},
        waiting=12,
    ),
    "number_making": s.NumberShown(purpose="tennyu"),
    "number": s.NumberShown(purpose="kokuho", number=112, ahead=3, wait_minutes=(10, 20), paper="printed"),
    "number_no_paper": s.NumberShown(
        purpose="mynumber", number=8, ahead=0, wait_minutes=(5, 5), paper="paper_out"
    ),
    "place_list": s.PlaceList(
        places=tuple(
            PlaceToStand(id=f"p{n}", name=name)
            for n, name in enumerate(
                (
                    "北公民館",
                    "南支所",
                    "東公民館",
                    "西地区センター",
                    "本庁 1階ロビー",
                    "山手コミュニティセンター 分館",
                )
                + tuple(f"第{n}集会所" for n in range(1, 9))
            )
        )
    ),
    "place_sure": s.PlaceList(chosen="山手コミュニティセンター 分館"),
    "attract": s.Attract(
        open=True,
        hours="月〜金 午前9時〜午後5時",
        staff_ready=True,
        clock="午前10時5分",
    ),
    "attract_wait": s.Attract(
        open=True, hours="月〜金 午前9時〜午後5時", wait_minutes=(5, 10), clock="午前10時5分"
    ),
    "attract_closed": s.Attract(
        open=False,
        closed_reason="hours",
        opens_at="11月24日(火) 午前9時",
        hours="月〜金 午前9時〜午後5時",
        clock="午後7時20分",
    ),
    "attract_no_staff": s.Attract(
        open=False, closed_reason="no_staff", hours="いつでも", clock="午前10時5分"
    ),
    "attract_net": s.Attract(open=False, closed_reason="net", clock="午前10時5分"),
    "purposes": s.Purposes(purposes=USUAL),
    "purposes_closed": s.Purposes(purposes=USUAL, closed={USUAL[1]: "system", USUAL[7]: "system"}),
    "keypad_code": s.Keypad(what="code", digits="482", problem="unknown"),
    "keypad_telephone": s.Keypad(what="telephone", digits="09012345678", ready=True),
    "keypad_read_back": s.Keypad(what="telephone", digits="09012345678", ready=True, read_back=True),
    "waiting_callback": s.Waiting(number=12, ahead=5, wait_minutes=(40, 60), callback_offered=True),
    "unserved_callback_kept": s.Unserved(reason="callback_kept", number=12),
    "purposes_take_up": s.Purposes(
        purposes=USUAL, closed={USUAL[0]: "full", USUAL[1]: "hours"}, takes_up=True
    ),
    "keypad_booked": s.Keypad(what="code", digits="345678", ready=True),
    "keypad_booking": s.Keypad(what="telephone", digits="0901234", booking=True),
    "keypad_booking_full": s.Keypad(what="telephone", digits="09012345678", booking=True, problem="too_many"),
    "purposes_later": s.Purposes(purposes=USUAL, closed={USUAL[0]: "no_booking"}, later=True, takes_up=True),
    "confirm_reserve": s.Confirm(purpose="tenshutsu", reserve=True),
    "reserve_loading": s.Reserve(step="places", purpose="talk", loading=True),
    "reserve_none": s.Reserve(step="places", purpose="talk"),
    "reserve_places": s.Reserve(step="places", purpose="talk", shown=PLACES),
    "reserve_taken": s.Reserve(step="places", purpose="talk", shown=PLACES, problem="taken"),
    "reserve_days": s.Reserve(
        step="days",
        purpose="talk",
        shown=tuple(f"2026-12-{day:02}" for day in range(23, 29)),
        less=True,
        more=True,
    ),
    "reserve_times": s.Reserve(
        step="times",
        purpose="talk",
        day="2026-12-23",
        shown=tuple(f"2026-12-23T{hour}:30:00+09:00" for hour in range(10, 16)),
        less=True,
        more=True,
    ),
    "reserve_confirm": s.Reserve(step="confirm", purpose="tenshutsu", chosen=PLACES[1], number="09012345678"),
    "reserve_confirm_refused": s.Reserve(
        step="confirm", purpose="tenshutsu", chosen=PLACES[1], problem="store"
    ),
    "reserve_made": s.Reserve(
        step="made",
        purpose="tennyu",
        chosen=PLACES[1],
        code="345678",
        bring=("転出証明書", "年金手帳または 基礎年金番号通知書"),
    ),
    "reserve_made_printed": s.Reserve(
        step="made", purpose="talk", chosen=PLACES[1], code="345678", printed="printed"
    ),
    "reserve_made_no_paper": s.Reserve(
        step="made", purpose="talk", chosen=PLACES[1], code="345678", printed="paper_out"
    ),
    "reserve_cancel": s.Reserve(step="cancel", purpose="tenshutsu", chosen=PLACES[1]),
    "reserve_cancelled": s.Reserve(step="cancelled", purpose="tenshutsu", chosen=PLACES[1]),
    "unserved_reserve": s.Unserved(
        reason="hours", hours="月〜金 午前9時〜午後5時", opens_at="11月24日(火) 午前9時", reserve=True
    ),
    "unserved_no_staff_reserve": s.Unserved(reason="no_staff", reserve=True),
    "unserved_no_booking": s.Unserved(reason="no_booking"),
    "keypad_wrong": s.Keypad(what="code", problem="not_now"),
    "keypad_closed": s.Keypad(what="code", problem="closed"),
    "keypad_wait": s.Keypad(what="code", problem="too_many"),
    "purposes_more": s.Purposes(purposes=MORE, page=2),
    "confirm": s.Confirm(purpose="talk"),
    "confirm_purpose": s.Confirm(purpose="tenshutsu"),
    "waiting_asking": s.Waiting(),
    "waiting": s.Waiting(number=12, ahead=2, wait_minutes=(5, 10)),
    "waiting_next": s.Waiting(number=112, ahead=0, wait_minutes=(5, 5)),
    "waiting_offered": s.Waiting(number=12),
    "waiting_returned": s.Waiting(number=112, ahead=10, wait_minutes=(25, 30), returned="no_answer"),
    "waiting_notice": s.Waiting(
        number=112, ahead=3, wait_minutes=(10, 15), notice="busy", notice_text="駐車場は 北側も 使えます。"
    ),
    "waiting_longer": s.Waiting(number=112, ahead=3, wait_minutes=(15, 25), moved="takes_longer"),
    "waiting_fewer": s.Waiting(number=112, ahead=10, wait_minutes=(35, 50), moved="fewer_staff"),
    "waiting_moved": s.Waiting(number=112, ahead=3, wait_minutes=(10, 15), moved="appointment"),
    "waiting_handed": s.Waiting(
        number=112, ahead=0, wait_minutes=(5, 5), next_department="福祉課", next_name="鈴木 一郎"
    ),
    "waiting_handed_back": s.Waiting(number=112, returned="not_taken"),
    "waiting_handed_nameless": s.Waiting(number=12, ahead=1, wait_minutes=(5, 10), handed=True),
    "waiting_asks": s.Waiting(number=12, ahead=2, wait_minutes=(5, 10), questions="offered"),
    "waiting_asks_on": s.Waiting(
        number=112, ahead=10, wait_minutes=(25, 30), returned="no_answer", questions="some"
    ),
    "waiting_asked": s.Waiting(number=12, ahead=0, wait_minutes=(5, 5), questions="done"),
    "question_first": question(
        question=Question(id="abroad", kind="yn", ask="外国から引っ越しましたか"),
        first=True,
        ahead=2,
        wait_minutes=(5, 10),
    ),
    "question_long": question(
        question=Question(
            id="nenkin1",
            kind="yn",
            ask="自営業や無職で、国民年金を自分で払っている人(20〜59歳)は いますか",
            help="会社の保険=協会けんぽ・健康保険組合・共済など",
            answer=Chosen(option="unknown", origin="touched"),
        ),
        position=8,
        sending=True,
    ),
    "question_date": question(
        question=Question(
            id="moved_on",
            kind="date",
            ask="いつから見本市に住んでいますか",
            yomi="いつから、みほんしに、すんでいますか",
        )
    ),
    "question_persons": question(
        question=Question(id="persons", kind="persons", ask="いっしょに引っ越した人は いますか")
    ),
    "question_choice": question(
        question=Question(
            id="relation",
            kind="choice",
            ask="亡くなった方との ご関係は",
            options={
                "spouse": "夫・妻",
                "child": "子",
                "parent": "親",
                "sibling": "きょうだい",
                "grandchild": "孫",
                "relative": "親せき",
                "other": "そのほか",
            },
        ),
        wait_minutes=(5, 10),
    ),
    "connecting": connecting(),
    "call": call(lines=LINES, seconds=252),
    "call_first": call(seconds=4),
    "call_many": call(lines=MANY, seconds=3252, clerk_typing=True, clerk_microphone=False),
    "call_endless": call(lines=ENDLESS, seconds=61, clerk_camera=False),
    "call_trouble": call(lines=LINES, seconds=90, trouble="no_microphone"),
    "call_notice": call(lines=LINES, seconds=90, notice="paper_out"),
    "call_paper": call(lines=LINES, seconds=90, paper="seen"),
    "call_paper_lost": call(lines=LINES, seconds=90, paper="lost"),
    "call_writing": call(lines=LINES, seconds=300, writing=True, clerk_typing=True),
    "on_hold": on_hold(minutes=2, seconds=83),
    "on_hold_over": on_hold(minutes=2, seconds=0),
    "call_leaf": call(leaf=(1, 2)),
    "still_ask": s.StillAsk(staff_name="佐藤"),
    "still_ask_paper": s.StillAsk(staff_name="佐藤 恵", paper="seen"),
    "still_taking": s.StillAsk(staff_name="佐藤", taking=True),
    "card_ask": s.CardAsk(staff_name="佐藤"),
    "card_ask_number": s.CardAsk(staff_name="佐藤", wish="attributes_by_number"),
    "card_ask_photo": s.CardAsk(staff_name="佐藤", wish="photo"),
    "card_ask_identity": s.CardAsk(staff_name="佐藤", wish="identity"),
    "card_ask_signature": s.CardAsk(staff_name="佐藤", wish="signature"),
    "card_place": s.CardPlace(),
    "card_place_again": s.CardPlace(problem="unreadable"),
    "card_pin": s.CardPin(entered=2, tries_left=3),
    "card_pin_wrong": s.CardPin(entered=4, tries_left=2, problem="wrong_pin"),
    "card_pin_identity": s.CardPin(entered=1, tries_left=3, wish="identity"),
    "card_password": s.CardPassword(entered=8, tries_left=5),
    "card_password_wrong": s.CardPassword(entered=0, tries_left=4, problem="wrong_password"),
    "card_last_try": s.CardLastTry(),
    "card_reading": s.CardReading(),
    "card_reading_clerk": s.CardReading(until="clerk"),
    "card_reading_server": s.CardReading(until="server"),
    "card_confirm": s.CardConfirm(data=DATA),
    "card_confirm_long": s.CardConfirm(data=LONG),
    "card_confirm_again": s.CardConfirm(data=DATA, who="国保年金課 鈴木 一郎"),
    "card_failed": s.CardFailed(problem="pin_locked", tries_left=0),
    "card_failed_found": s.CardFailed(problem="pin_was_locked", tries_left=0, wish="identity"),
    "card_failed_moved": s.CardPlace(problem="moved_reading"),
    "card_failed_certificate": s.CardFailed(problem="no_certificate", wish="signature"),
    "card_failed_other": s.CardFailed(problem="unreadable"),
    "farewell": s.Farewell(number=12, ended_by="clerk"),
    "farewell_left": s.Farewell(
        number=12, card_left=True, handset_lifted=True, print_problem="unknown", ended_by="resident"
    ),
    "farewell_wiping": s.Farewell(number=12, ended_by="wiped"),
    "farewell_wiped": s.Farewell(number=12, ended_by="wiped", wiped=True),
    "unserved": s.Unserved(reason="no_staff", number=12),
    "unserved_hours": s.Unserved(
        reason="hours", hours="月〜金 午前9時〜午後5時", opens_at="11月24日(火) 午前9時"
    ),
    "unserved_full": s.Unserved(
        reason="today_full", hours="月〜金 午前9時〜午後5時", opens_at="11月24日(火) 午前9時"
    ),
    "unserved_carry_over": s.Unserved(
        reason="carry_over", number=112, code="048213", day="11月20日(金)", opens_at="11月24日(火) 午前9時"
    ),
    "unserved_callback": s.Unserved(reason="callback", number=112, opens_at="11月24日(火) 午前9時"),
    "unserved_net": s.Unserved(reason="net"),
    "out_of_order": s.OutOfOrder(reason="unknown_device"),
}
MEMBERS = {type(screen) for screen in SCREENS.values()}
assert set(get_args(s.Screen)) == MEMBERS, "every member of Screen has an example"

IN_CALL = (
    s.Connecting, s.Call, s.CardAsk, s.CardPlace, s.CardPin, s.CardPassword, s.CardLastTry, s.CardReading, s.CardConfirm, s.CardFailed, s.Form,
)  # fmt: skip


class Form(TypedDict, total=False):
    """What may be otherwise than usual."""

    language: str
    large: bool
    simulated: tuple[DeviceName, ...]
    prompt_seconds: int | None
    quitting: bool
    staff_call: bool
    wants_text: bool
    company: tuple[s.Companion, ...]
    watched_by: tuple[str, ...]


TOGETHER = (
    s.Companion(generation=2, name="森 リサ", department="国際課", role="interpreter", state="here"),
    s.Companion(
        generation=3,
        name="鈴木 一郎",
        department="国保年金課",
        role="second",
        state="coming",
        takes_over=True,
    ),
)


def display(screen: s.Screen, *, seq: int = 1, tall: bool = False, **form: Unpack[Form]) -> s.Display:
    """Return a whole page around a screen."""
    if isinstance(screen, s.Form) and tall and not form.get("large"):  # and six on a tall page
        rows = (screen.sheet.rows * 2)[:6]
        screen = structs.replace(screen, sheet=structs.replace(screen.sheet, rows=rows))
    if isinstance(screen, s.Form) and form.get("large"):  # with large letters the agent shows two lines
        screen = structs.replace(screen, sheet=structs.replace(screen.sheet, rows=screen.sheet.rows[-2:]))
    return s.Display(
        seq=seq,
        city="見本市",
        site="北公民館",
        telephone="0000-00-1234",
        screen=screen,
        camera_on=isinstance(screen, IN_CALL),
        voice=s.Voice(ticket="t1", generation=1, sending=isinstance(screen, IN_CALL))
        if isinstance(screen, (*IN_CALL, s.OnHold))
        else None,
        **form,
    )
