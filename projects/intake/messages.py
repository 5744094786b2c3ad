"""The words for everything that can be wrong: short sentences that say what to do, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date

if TYPE_CHECKING:
    from projects.intake.targets import ImportTarget

FILE: Mapping[str, Any] = {
    "unknown_ending": _("The file “%(name)s” cannot be imported. Choose a file that ends in .csv, .xlsx or .json."),
    "too_large": _("The file is too large. At most %(limit_mb)s MB are taken. Split it, or ask an administrator."),
    "empty_file": _("The file is empty. Choose a file with a heading and at least one row."),
    "only_a_heading": _("The file has a heading but no rows. Nothing can be imported from it."),
    "no_heading": _("The first row has no column names. Put the names of the columns into the first row."),
    "not_what_its_name_says": _(
        "The name says %(named)s, but the content is %(real)s. "
        "Open the file in its own program and save it as CSV or XLSX."
    ),
    "old_excel": _(
        "This is an old or locked Excel file. "
        "Open it in a spreadsheet program and save it as .xlsx, without a password."
    ),
    "undecodable": _("Line %(line)s holds letters that cannot be read. Save the file with the encoding UTF-8."),
    "too_many_columns": _("The file has more than %(limit)s columns. Delete the columns that are not needed."),
    "too_many_rows": _("The file has more than %(limit)s rows. Split it into smaller files."),
    "heading_too_long": _(
        "The name of column %(column)s is longer than %(limit)s characters. Is the heading in the first row?"
    ),
    "two_columns_of_one_name": _(
        "Two columns have the name “%(name)s”: number %(first)s and number %(second)s. Give one of them another name."
    ),
    "cell_far_too_long": _("A cell on line %(line)s is far too long. Look for a quotation mark that is not closed."),
    "cell_far_too_long_in_row": _(
        "Row %(row)s, column %(column)s: the text is longer than %(limit)s characters. Shorten it."
    ),
    "broken_quotes": _(
        "From line %(line)s on, a quotation mark is not closed or stands in the wrong place. Correct it."
    ),
    "not_json": _("Line %(line)s is not correct JSON. Save the file again from the program that made it."),
    "not_a_list_of_objects": _('The JSON is not a list of objects. It must look like [{"column": "value"}, …].'),
    "not_bods": _("These statements do not keep the standard BODS 0.4.\n%(errors)s"),
    "damaged_workbook": _("The workbook is damaged. Open it in a spreadsheet program and save it again as .xlsx."),
    "locked_workbook": _("The workbook is locked with a password. Save it without one."),
    "bomb": _(
        "The workbook unpacks to far more than it should (limit %(limit_mb)s MB). "
        "Save only the rows that are needed, as CSV."
    ),
    "macros": _("The workbook holds macros. Save it as .xlsx without macros."),
    "external_links": _("The workbook has links to other files. Replace them by their values and save it again."),
    "too_heavy": _("Reading this file took too much time or memory. Save only the rows that are needed, as CSV."),
    "unreadable_file": _("The file could not be read. Open it in its own program and save it again as CSV or XLSX."),
    "undo_in_use": _("The import cannot be undone: other records already belong to %(names)s. Remove those first."),
    "undo_left": _(
        "What others have since said about the same payments stays: %(count)s statements. "
        "Only this import's own words were withdrawn."
    ),
    "undo_interrupted": _(
        "Records of %(count)s rows came into use while the import was being undone, and stay; all others are taken back. "
        "Remove what belongs to them, then undo the import again."
    ),
}
CELL: Mapping[str, Any] = {
    "missing": _("%(fields)s is missing. Write it in, or skip this row."),
    "missing_all": _("One of these is needed: %(fields)s. Write one in, or skip this row."),
    "ragged": _(
        "This row has %(cells)s cells, but the file has %(columns)s columns. Its values may be shifted; check them."
    ),
    "formula": _("The cell holds a formula. Replace it by its value."),
    "nested": _("The cell holds a list, not one value. Write one value."),
    "unreadable_characters": _("The cell holds characters that cannot be read. Write the text again."),
    "spreadsheet_error": _("The cell holds the spreadsheet error %(value)s. Write the value, or leave it empty."),
    "too_long": _("The text has %(length)s characters; at most %(limit)s are kept. Shorten it."),
    "not_a_date": _("“%(value)s” is not a date. Write day/month/year, like 31/12/2025."),
    "day_number": _(
        "“%(value)s” is Excel's number for %(day)s. "
        "Write the day, or say on the page of the columns that days are numbers."
    ),
    "short_year": _("“%(value)s”: write the year with four digits, like 31/12/2025."),
    "no_such_month": _("There is no month %(month)s. Write day/month/year, like 31/12/2025."),
    "not_a_year": _("“%(value)s” is not a year. Write four digits, like 2025."),
    "year_out_of_range": _("The year must lie between %(first)s and %(last)s."),
    "looks_like_a_community": _(
        "“%(value)s” looks like a community, and no community of this name is on record. "
        "Add it first, correct the name, or say that it is none."
    ),
    "agency_will_be_added": _(
        "“%(value)s” is not known yet and will be added as an organisation of another kind. "
        "An administrator can make a public agency of it."
    ),
    "future_date": _("This date is still to come. Write the day on which it happened."),
    "said_before_it_happened": _(
        "You gave %(day)s as the day on which this file was said or written; this date is later. Correct one of the two."
    ),
    "not_a_number": _("“%(value)s” is not a number. Write the amount with digits only, like 215000.00."),
    "ambiguous_number": _(
        "“%(value)s” can be read in two ways. Write it without point and comma, "
        "or say on the page of the columns how decimals are written."
    ),
    "not_whole": _("“%(value)s” is not a whole number. Write one, like 1250."),
    "too_many_decimals": _("“%(value)s” has more than two decimals. Round it."),
    "amount_too_large": _("“%(value)s” is too large to be true. Check the digits and the unit."),
    "negative": _("“%(value)s” is below zero. Write 0 or more."),
    "unknown_currency": _("“%(value)s” is not a currency. Use three letters, such as PEN or USD."),
    "not_a_country": _("“%(value)s” is not a country. Use two letters, such as PE."),
    "not_in_list": _("“%(value)s” is not known here. Write one of: %(known)s."),
    "not_yes_no_or_unknown": _(
        "“%(value)s” is not known here. Write one of: %(known)s. Or leave it empty where nobody knows."
    ),
    "unknown_mineral": _("“%(value)s” is not a mineral on the list. Write one of: %(known)s. Or leave it empty."),
    "unknown_region": _("“%(value)s” is not a region of %(country)s. Correct it, or leave it empty."),
    "already_here": _("A project of this name is already here. Skip this row, or correct the name."),
    "same_name_as_row": _("Row %(row)s has the same name. Skip one of them, or correct the name."),
    "ambiguous_name": _("There is more than one “%(value)s”. Import this row without it, or enter it by hand."),
    "same_as_row": _("Same as row %(row)s. Skip it if it is there by mistake."),
    "like_row": _("Row %(row)s has the same payer, payee, amount and date. Skip this row if it is the same payment."),
    "repeats_row": _(
        "Row %(row)s has the same payment, with the same bank reference. "
        "Skip this row, or say that it is another payment."
    ),
    "recorded_by_import": _(
        "This payment is already recorded (imported from “%(name)s”, row %(row)s). "
        "Skip this row, or say that it is another payment."
    ),
    "recorded_by_hand": _(
        "This payment is already recorded (entered by hand on %(day)s). "
        "Skip this row, or say that it is another payment."
    ),
    "year_and_date_differ": _("The year is %(year)s, but the date is %(day)s. Correct one of them."),
    "huge_amount": _(
        "%(value)s is more than 10 thousand million. Check the digits and the unit, or say that the amount is right."
    ),
    "many_samples": _(
        "%(value)s samples in a year are more than one a day. Correct the number, or say that it is right."
    ),
    "shares_in_a_name": _(
        "“%(value)s” looks like owners with their shares, not like the name of one company. Choose the column as owners, "
        "write the operator, or say that it is a name."
    ),
    "will_be_added": _("“%(value)s” is not known yet and will be added."),
    "no_such_project": _("“%(value)s” is not a mine on record. The row will not belong to a mine."),
    "nearly_known": _("“%(value)s” is nearly the name of one that is on record. Skip this row if it is the same."),
    "not_on_record": _("“%(value)s” is not on record here. Correct the name, or add it first."),
    "not_yours": _("This is not for you to say. Leave it empty."),
    "broken_rule": "%(words)s",
    "recorded_in_row": _("Row %(row)s says the same. Skip one of them, or correct it."),
    "known_already": _("“%(value)s” is here already. Only numbers that it lacks are added."),
    "replaced_in_row": _("Row %(row)s replaces this statement. Skip this row."),
    "may_be_another": _(
        "Row %(row)s has the same name, and nobody knows whether it is the same. Skip this row, or correct it."
    ),
    "not_a_direct_share": _(
        "“%(value)s”: only shares that are held directly are taken in. What is held through others is worked out. Skip this row."
    ),
    "others_left_out": _("Only the share is taken in, not “%(value)s”."),
    "share_on_record": _("This share is on record already. Skip this row."),
    "has_another_number": _(
        "On record it has the number %(value)s. Correct the number, or skip this row if it is another."
    ),
    "share_not_exact": _("“%(value)s” is no exact share. Write the exact one, or skip this row."),
    "register_not_kept": _("Numbers of the register “%(value)s” are not kept here."),
    "owners_not_read": _(
        "“%(value)s” names no owner with a share. Write “One Corp.: 60 %%, Other Inc.: 40 %%”, or skip this row."
    ),
    "circle_of_owners": _(
        "“%(value)s” itself owns a part of this owner, directly or through others: a circle. Correct the row, or say that it "
        "stands so."
    ),
    "owners_as_read": _("Read as shares of the mine: %(value)s. Say that this is right, or correct the text."),
    "owners_exceed_all": _("The shares add up to %(value)s %%. Correct them."),
    "owners_unnamed": _("%(value)s %% belong to owners whom the text does not name. They are left out."),
    "owners_on_record": _("Owners of this mine are on record already. Skip this row, or add by hand what is missing."),
    "owners_in_row": _("Row %(row)s names the owners of this mine already. Skip one of them."),
    "repayment": _("Below zero: taken as money paid back."),
    "investment_currency_missing": _("The investment has no currency. Write three letters, such as USD."),
}

WRONG: Mapping[str, Any] = {
    "missing": _("missing"),
    "not_text": _("not a text"),
    "wrong_length": _("too short or too long"),
    "not_in_list": _("not a code of the standard"),
    "not_a_date": _("not a date"),
    "not_a_percentage": _("not between 0 and 100"),
    "not_a_number": _("not a number"),
    "not_yes_or_no": _("neither true nor false"),
    "not_a_list": _("not a list"),
    "not_an_object": _("not an object"),
    "of_older_version": _("of an older version"),
}
"""What is wrong with a field of a statement."""

DOUBTS: Mapping[str, Any] = {
    "ragged": _("The values of row %(number)s are in the right columns"),
    "repeats_row": _("Row %(number)s is another payment"),
    "recorded_by_import": _("Row %(number)s is another payment"),
    "recorded_by_hand": _("Row %(number)s is another payment"),
    "looks_like_a_community": _("The payee in row %(number)s is no community"),
    "huge_amount": _("The amount in row %(number)s is right"),
    "many_samples": _("The number of samples in row %(number)s is right"),
    "circle_of_owners": _("The circle of owners in row %(number)s stands so in the document"),
    "shares_in_a_name": _("The operator in row %(number)s is a name"),
    "owners_as_read": _("The owners in row %(number)s were read right"),
}
"""Problems that a person may declare unfounded, and in which words."""


def sentence(problem: Mapping[str, Any], target: ImportTarget | None = None) -> str:
    """One problem of a file, row or cell in words."""
    code, params = problem["code"], dict(problem.get("params", {}))
    if code == "no_such_date":
        return no_such_date(**params)
    if "fields" in params and target:
        params["fields"] = ", ".join(str(target.field(one).label) for one in params["fields"])
    if "names" in params:
        params["names"] = names_in_words(params["names"])
    if "errors" in params:
        params["errors"] = errors_in_words(params["errors"])
    if params.get("real") == "text":
        params["real"] = gettext("plain text")
    if "day" in params:
        params["day"] = long_date(params["day"])
    for name, words in params.items():
        if isinstance(words, dict):
            params[name] = words.get(get_language(), words[settings.LANGUAGE_CODE])
    template = CELL.get(code) or FILE.get(code) or FILE["unreadable_file"]
    said = str(template) % params
    if "nearest" in params:
        said += " " + gettext("Did you mean “%(nearest)s”?") % params
    if "example" in params:
        said += " " + gettext("It is written like “%(example)s”.") % params
    return said


def no_such_date(*, month: int, year: int, days: int) -> str:
    """No such date. November has 30 days."""
    if month == 2:
        return gettext("No such date. In %(year)s, February has %(days)s days.") % {"year": year, "days": days}
    return gettext("No such date. %(month)s has %(days)s days.") % {
        "month": str(MONTHS[month]).capitalize(),
        "days": days,
    }


def errors_in_words(errors: Sequence[Sequence[Any]]) -> str:
    """What is wrong with each statement by the names of its fields, a line each."""
    said: dict[int, list[str]] = {}
    for number, path, code in errors:
        said.setdefault(number, []).append(f"{path} ({WRONG[code]})")
    return "\n".join(
        gettext("Statement %(number)s: %(wrong)s.") % {"number": number, "wrong": ", ".join(said[number])}
        for number in said
    )


def names_in_words(names: Sequence[str]) -> str:
    """A few names, and how many more."""
    shown = ", ".join(f"“{name}”" for name in names[:5])
    more = len(names) - 5
    if more <= 0:
        return shown
    return ngettext("%(shown)s and %(count)d more", "%(shown)s and %(count)d more", more) % {
        "shown": shown,
        "count": more,
    }
