"""What templates may use of `accounts.design`, after ``{% load minka_ui %}``."""

from django import template

from accounts.design import charts, cords, maps, marks, pages, plots, writing

register = template.Library()

for written in (
    writing.capitalised,
    writing.country_name,
    writing.file_kind,
    writing.figure,
    writing.file_size,
    writing.fingerprint,
    writing.long_date,
    writing.money,
    writing.number,
    writing.percent,
    writing.pick_language,
    writing.score,
    writing.symbol,
    marks.grade_label,
    marks.grade_words,
    pages.and_form,
    pages.error_rows,
    pages.is_checkbox,
    pages.is_choice_list,
    pages.page_numbers,
):
    register.filter(written)

for drawn in (
    writing.when,
    marks.grade,
    marks.knot,
    marks.knots,
    marks.record_squares,
    marks.side_knot,
    marks.squares,
    marks.state_knot,
    marks.voice,
    cords.bar,
    cords.cord,
    cords.nested,
    cords.strand,
    charts.bands,
    charts.clock,
    charts.dots,
    charts.multiple,
    charts.peers,
    maps.map_drawn,
    plots.plot,
    plots.years_plot,
):
    register.simple_tag(drawn)

for about_this_page in (pages.language_links, pages.query):
    register.simple_tag(about_this_page, takes_context=True)
