"""Every row of "How a grade can be wrong" is held by tests, and this table says by which.

A test that is renamed or removed, or that loses its case, leaves its row here without a hold, and is seen.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

Rows = Mapping[str, tuple[str, ...]]
"""In short words what could go wrong, and the tests that hold it: `module::test`, or `module::test[case]`."""

NO_EDIT = "evaluation.test_games::test_no_edit_makes_the_worst_case_better_than_the_truth"


A_LATER_DAY = "evaluation.test_due_days::test_a_day_that_is_moved_later_on_a_bare_word_changes_no_figure_and_is_said"


def by_later_day(*games: str) -> tuple[str, ...]:
    """The test that no later due day pays, for each of these moves."""
    return tuple(f"{A_LATER_DAY}[{game}]" for game in games)


def by_edit(*games: str) -> tuple[str, ...]:
    """The test that no edit pays, for each of these edits."""
    return tuple(f"{NO_EDIT}[{game}]" for game in games)


WHAT_A_COMPANY_DOES: Rows = {
    "the dam's row, or its start of works, is left out": by_edit(
        "the dam's row is left out",
        "only its start of works is left out",
        "the dam's meetings are left out with it",
    ),
    "broken promises called voluntary": by_edit(
        "broken promises are called voluntary",
    ),
    "ninety tiny promises, or one split": by_edit(
        "ninety tiny promises are added",
        "one promise is split into ten",
    ),
    "broken promises due next year": (
        *by_edit("broken promises are moved to the next year"),
        *by_later_day(
            "broken promises are moved to the next year",
            "promises are moved to the day on which they were kept",
        ),
    ),
    "a return of one day": by_edit(
        "one return of one day",
        "one return of one day, for women",
        "one return of one day, for foreigners",
    ),
    "payments as made in time for health, the community silent": by_edit(
        "all payments as made, the community silent",
        "all payments as made on the day, the community silent",
        "all money called money for health",
        "all payments as made, so that both accounts cannot differ",
    ),
    "the State's royalty beside the communities' money": by_edit(
        "the royalty stands beside the communities' money",
        "the royalty came in time",
        "the royalty had no other purpose",
        "the royalty is agreed to the cent",
    ),
    "no return of the contractor": by_edit(
        "the contractor reports nothing",
        "the contractor's women are not reported",
        "the contractor's foreigners are not reported",
    ),
    "three of four debts not entered": by_edit(
        "three of four debts are not entered",
        "three of four debts are not entered, and their delay",
        "three of four debts are not entered, and what they were for",
    ),
    "an empty report, or one of somebody else": by_edit(
        "an empty report on the last day of the year",
        "somebody else's report beside the mine's own",
        "somebody else's report in place of the mine's own",
    ),
    "conditions met on the last day, years late": by_edit(
        "conditions are written down as met, years late",
        "the same, with a paper",
    ),
    "950 trivial conditions": by_edit(
        "950 trivial conditions are added",
    ),
    "an exoneration ticked": by_edit(
        "an exoneration is ticked",
        "an exoneration is ticked and no numbers are given",
    ),
    "two debts due next year, or all on the day on which they were paid": (
        *by_edit("two debts are moved to the next year"),
        *by_later_day(
            "two debts are moved to the next year",
            "the same, for their delay",
            "all debts are moved to the day on which they were paid",
            "all debts are moved to the last day of the year",
        ),
    ),
    "conditions due on the day on which they were met": by_later_day(
        "conditions are moved to the day on which they were met",
        "open conditions are moved to the next year",
    ),
    "too much paid on a debt that was late": by_edit(
        "nine million that nobody owed are booked under a debt that was paid late",
        "nine million came in time and were paid back the next day",
        "nine million dollars came in time for a debt in soles",
    ),
    "an exoneration without scope or end": (
        *by_edit(
            "an exoneration on paper says nothing of whom it excuses",
            "an exoneration on paper says no end",
            "an exoneration on paper ended last year",
            "an exoneration of all by the company's bare word",
        ),
        "evaluation.test_games::test_an_exoneration_without_scope_or_end_opens_the_range_and_excuses_nobody_in_the_worst_case",
    ),
    "a second study of the same part": ("evaluation.test_games::test_a_list_of_parts_says_how_many_studies_they_have",),
    "the money called infrastructure": by_edit(
        "the money is called infrastructure by the payer",
    ),
    "payments split": by_edit(
        "payments are split",
    ),
    "the dam as a minor change": by_edit(
        "the dam is entered as a minor change",
    ),
    "six edits together": (
        "evaluation.test_games::test_six_edits_together_do_not_lift_the_worst_case_and_earn_no_grade",
        "evaluation.test_games::test_without_lists_nothing_that_may_be_left_out_is_known",
    ),
    "nothing by chance": (
        "evaluation.test_brute_force::test_no_move_makes_the_worst_case_of_a_mine_of_chance_better_than_its_truth",
    ),
    "one sol of a million in time": (
        "evaluation.test_games::test_one_sol_paid_in_time_does_not_hide_the_unpaid_million",
    ),
    "paid in time and taken back": (
        "evaluation.test_games::test_what_was_paid_in_time_and_taken_back_the_next_day_was_not_paid",
    ),
    "the company's day against the community's": (
        "evaluation.test_games::test_the_day_that_the_community_names_on_paper_decides_over_the_companys",
    ),
    "the company says a million, the community less": (
        "evaluation.test_games::test_where_the_community_got_less_than_the_company_says_the_worst_case_is_what_it_got[R01]",
        "evaluation.test_games::test_where_the_community_got_less_than_the_company_says_the_worst_case_is_what_it_got[R02]",
        "evaluation.test_what_the_law_asks::test_of_two_words_the_payers_earns_nothing[R04]",
        "evaluation.test_what_the_law_asks::test_what_the_recipient_says_decides_the_share_for_priorities_too",
    ),
    "the company's bare word": (
        "evaluation.test_what_the_law_asks::test_of_two_words_the_payers_earns_nothing[R01]",
        "evaluation.test_what_the_law_asks::test_of_two_words_the_payers_earns_nothing[R02]",
        "evaluation.test_whose_word_counts::test_a_payers_bare_word_earns_nothing_and_only_raises_the_best_case",
    ),
    "debts and promises at the turn of the year": (
        "evaluation.test_games::test_debts_and_promises_do_not_die_on_new_years_eve",
        "evaluation.test_games::test_an_open_debt_of_an_earlier_year_counts_although_nothing_fell_due",
    ),
    "foreigners sent away on the last day": (
        "evaluation.test_games::test_eleven_months_above_the_limit_are_not_mended_by_the_last_day",
    ),
    "a return of a chosen few": ("evaluation.test_games::test_a_chosen_few_hide_no_fuller_return",),
}
HONEST_MINES_THAT_LOST: Rows = {
    "the State's debts": ("evaluation.test_games::test_what_the_state_owes_or_promised_never_counts_for_the_mine",),
    "the State's promises": (
        "evaluation.test_games::test_what_the_state_owes_or_promised_never_counts_for_the_mine",
        "evaluation.test_views::test_what_the_state_owes_has_a_view_of_its_own_and_counts_nowhere_else",
    ),
    "a report that cannot exist yet": (
        "evaluation.test_what_the_law_asks::test_a_mine_that_keeps_every_rule_loses_nothing_while_its_report_is_not_due",
        "evaluation.test_games::test_a_report_is_not_due_before_its_time_and_not_perhaps_perfect_a_thousand_days_later",
    ),
    "a study under evaluation": (
        "evaluation.test_what_the_law_asks::test_a_study_under_evaluation_is_not_held_against_the_mine",
    ),
    "every employer a return of its own": (
        "evaluation.test_what_the_law_asks::test_every_employers_own_return_adds_up",
        "evaluation.test_games::test_two_returns_that_both_include_contractors_close_no_range",
    ),
    "one dollar beside millions": ("evaluation.test_games::test_a_dollar_beside_millions_decides_nothing",),
    "returns of a fiscal year": (
        "evaluation.test_games::test_a_return_of_a_fiscal_year_counts_with_the_days_that_it_shares",
    ),
    "a mine that owes nothing": (
        "evaluation.test_games::test_where_a_list_says_that_nothing_fell_due_the_rule_does_not_apply",
        "evaluation.test_games::test_a_list_of_no_parts_and_no_employers_excuses_nobody",
    ),
}
WORKS = "evaluation.test_what_the_law_asks::test_works_are_certified_as_the_law_of_their_day_asks"
HELD_DOWN = "evaluation.test_what_the_law_asks::test_works_that_broke_the_law_hold_the_whole_down"
THE_LAW: Rows = {
    "1: that the law does not ask for it": (
        "test_law_words::test_nothing_says_that_the_law_does_not_ask_for_something",
        "test_law_words::test_every_page_that_shows_a_rule_tells_the_law_and_the_threshold_apart",
        "evaluation.test_what_the_law_asks::test_the_statute_behind_a_rule_is_named_with_its_article",
    ),
    "2: a declaration for exploration at work": (
        f"{WORKS}[a declaration for exploration, at a mine at work]",
        "evaluation.test_what_the_law_asks::test_a_declaration_is_enough_while_a_mine_explores",
        "evaluation.test_games::test_which_study_is_enough_depends_on_the_size_of_the_mine_and_its_phase",
    ),
    "2: a study refused": (
        f"{WORKS}[works, and the study was refused]",
        f"{HELD_DOWN}[works, and the study was refused]",
    ),
    "2: a study never made": (
        f"{WORKS}[works, and no study was made]",
        f"{HELD_DOWN}[works, and no study was made]",
        f"{WORKS}[works, and nobody says what became of the study]",
        "evaluation.test_what_the_law_asks::test_works_of_which_nobody_knows_hold_down_the_worst_case_only",
    ),
    "2: handed in after the works began": (
        f"{WORKS}[works, and the study was handed in a year later]",
        f"{HELD_DOWN}[works, and the study was handed in a year later]",
    ),
    "2: approved in 1999, works in 2003": (
        f"{WORKS}[works four years after an approval that did not lapse by the law of its day]",
        "evaluation.test_games::test_works_of_an_older_law_and_their_adjustment_programme_are_not_judged_by_the_new_one",
    ),
    "2: approved in 1996, works in 1995": (f"{WORKS}[works of an older law]",),
    "2: an adjustment programme": (
        f"{WORKS}[an adjustment programme of older works]",
        f"{WORKS}[an adjustment programme of new works]",
    ),
    "2: a minor change": (
        f"{WORKS}[works before a minor change was accepted]",
        f"{NO_EDIT}[the dam is entered as a minor change]",
    ),
    "2: a reviewer's 99.9": (
        "evaluation.test_games::test_a_reviewers_score_below_100_fails_the_gate[99.9]",
        "evaluation.test_games::test_a_reviewers_full_score_lifts_the_gate",
    ),
    "3: headcount and payroll": (
        "evaluation.test_what_the_law_asks::test_heads_and_pay_are_both_within_their_limits",
        "evaluation.test_what_the_law_asks::test_the_help_says_what_is_counted[L04]",
    ),
    "3: an exoneration by bare word": (
        f"{NO_EDIT}[an exoneration is ticked]",
        f"{NO_EDIT}[an exoneration is ticked and no numbers are given]",
    ),
    "3: the denominator": ("evaluation.test_employment::test_52_foreigners_of_600_staff_are_within_the_law",),
    "3: the first day of the law": (
        "evaluation.test_what_the_law_asks::test_the_limit_on_foreigners_begins_with_its_law",
    ),
    "4: the royalty among the communities' money": (
        "evaluation.test_what_the_law_asks::test_a_royalty_without_purpose_takes_nothing_from_what_communities_got",
        "evaluation.test_what_the_law_asks::test_the_help_says_what_is_counted[R04]",
    ),
    "4: the share of social funds before 2016": (
        "evaluation.test_what_the_law_asks::test_the_share_of_social_funds_is_told_as_it_was_before_and_after_2016",
    ),
    "5: what is voluntary": (
        f"{NO_EDIT}[broken promises are called voluntary]",
        "evaluation.test_games::test_promises_that_a_paper_shows_to_be_voluntary_are_none_that_fell_due",
    ),
    "6: a technical form without a workshop": (
        "evaluation.test_what_the_law_asks"
        "::test_a_technical_form_for_exploration_needs_its_meeting_since_the_law_asks_for_one",
        "evaluation.test_what_the_law_asks::test_a_technical_form_of_which_nobody_says_what_was_held_opens_the_range",
    ),
    "6: one meeting planned and held": (
        "evaluation.test_what_the_law_asks::test_a_plan_of_one_meeting_by_the_companys_bare_word_shows_nothing",
    ),
    "6: studies pooled": (
        "evaluation.test_what_the_law_asks::test_an_old_study_with_all_its_meetings_hides_no_new_one_without",
    ),
    "7: one blank with two meanings": (
        "evaluation.test_what_the_law_asks::test_a_condition_without_a_day_and_a_silent_promise_are_both_open",
    ),
    "7: all conditions since the first approval": (
        "evaluation.test_games::test_a_list_of_conditions_reaches_back_to_the_first_approval",
        "evaluation.test_what_the_law_asks::test_the_help_says_what_is_counted[E04]",
    ),
    "8: a number without a source": (
        "evaluation.test_what_the_law_asks::test_every_number_of_version_4_has_a_source_on_the_days_that_it_judges",
    ),
    "8: a report that is 730 days late": (
        "evaluation.test_games::test_a_report_is_not_due_before_its_time_and_not_perhaps_perfect_a_thousand_days_later",
    ),
    "9: days late of unpaid money": (
        "evaluation.test_what_the_law_asks::test_days_late_say_that_unpaid_money_counts",
        "evaluation.test_whose_word_counts::test_money_due_and_not_paid_counts_with_its_days_so_far",
    ),
    "9: an agreed royalty lifts a gap": (
        "evaluation.test_games::test_public_money_on_which_nobody_differs_lifts_no_gap_of_a_community",
        f"{NO_EDIT}[the royalty is agreed to the cent]",
    ),
    "9: districts in words": ("evaluation.test_what_the_law_asks::test_the_help_says_what_is_counted[L01]",),
    "9: quarters": ("evaluation.test_what_the_law_asks::test_four_quarters_are_a_year_and_three_are_not",),
    "10: thresholds with days": (
        "evaluation.test_dated_numbers::test_the_last_day_of_the_period_decides_which_floor_scores",
        "evaluation.test_dated_numbers::test_a_gate_caps_from_its_first_day_on_and_not_before",
        "evaluation.test_dated_numbers::test_a_weight_counts_as_it_was_on_that_day",
    ),
    "10: which version judges": (
        "test_rules::test_a_period_is_judged_by_the_version_in_force_on_its_last_day",
        "test_rules::test_a_year_that_is_over_and_was_judged_keeps_its_rules_when_newer_ones_are_loaded",
    ),
    "11: a misspelt value of the law": (
        "evaluation.test_what_the_law_asks::test_a_misspelt_value_lifts_no_law",
        "evaluation.test_strictness::test_a_file_that_would_change_a_grade_in_silence_is_refused",
        "evaluation.test_tree_files::test_what_does_not_hold_together_is_refused_with_file_line_and_reason"
        "[a value of the law that is misspelt]",
    ),
    "11: a reviewer's score dropped in silence": (
        "test_nothing_in_silence::test_a_score_for_what_does_not_apply_is_refused_at_its_field",
        "test_nothing_in_silence::test_a_gate_whose_rule_was_not_in_force_is_said_with_the_day",
    ),
    "12: whose word counts": (
        "evaluation.test_whose_word_counts::test_what_counts_of_a_payment_follows_from_whose_word_it_is",
    ),
    "12: a policy on too few rules": (
        "evaluation.test_whose_word_counts"
        "::test_a_policy_on_fewer_indicators_than_the_minimum_has_no_letter_and_enough_have_one",
    ),
    "12: scores by duty bearer": (
        "evaluation.test_views::test_each_part_is_rolled_up_with_the_weights_of_the_whole",
        "test_figures_to_reckon_with::test_the_same_results_are_shown_by_what_the_law_asks_and_by_who_owes_it",
    ),
    "12: what nobody measures": (
        "evaluation.test_whose_word_counts::test_what_nobody_measures_is_named_and_what_is_measured_is_not",
        "evaluation.test_what_the_law_asks::test_what_the_catalogue_asks_and_nobody_measures_is_named_with_its_gates",
    ),
    "12: exemptions": ("test_exemptions::test_an_exemption_is_approved_by_somebody_else",),
}
GOLDEN = "evaluation.test_tree_files::test_every_golden_figure_of_every_framework_holds"
OTHER_FRAMEWORKS: Rows = {
    "RGI 2013": (
        "evaluation.test_other_frameworks"
        "::test_rgi_2013_has_its_means_its_own_cuts_and_tells_a_blank_from_what_does_not_apply",
        GOLDEN,
    ),
    "RGI 2021": (
        "evaluation.test_other_frameworks"
        "::test_rgi_2021_is_a_mean_of_means_of_means_also_where_a_question_does_not_apply",
        GOLDEN,
    ),
    "EITI 2021": (
        "evaluation.test_other_frameworks::test_eiti_2021_publishes_the_whole_number_of_the_mean_of_three",
        "evaluation.test_other_frameworks::test_words_of_eiti_have_the_points_of_their_own_guide[eiti-validation-2021]",
        "evaluation.test_other_frameworks::test_effectiveness_points_add_to_a_component_of_eiti_and_take_nothing_away",
        GOLDEN,
    ),
    "EITI 2025": (
        "evaluation.test_other_frameworks::test_words_of_eiti_have_the_points_of_their_own_guide[eiti-validation-2025]",
        "evaluation.test_other_frameworks::test_what_eiti_2025_expects_only_adds",
        "evaluation.test_tree_files::test_two_frameworks_of_eiti_are_in_force_side_by_side",
        GOLDEN,
    ),
    "Consolidated Mining Standard": (
        "evaluation.test_other_frameworks::test_an_area_of_the_mining_standard_stands_where_every_step_below_holds",
        "evaluation.test_other_frameworks"
        "::test_a_foundational_requirement_of_which_nobody_knows_leaves_an_area_without_name",
        "evaluation.test_other_frameworks::test_areas_of_the_mining_standard_are_counted",
        GOLDEN,
    ),
    "IRMA": (
        "evaluation.test_other_frameworks"
        "::test_irma_asks_for_every_critical_requirement_and_a_minimum_in_each_principle",
        "evaluation.test_other_frameworks"
        "::test_a_critical_requirement_at_which_nobody_looked_withholds_the_level_of_irma",
        "evaluation.test_other_frameworks"
        "::test_requirements_of_two_one_and_a_half_one_and_nothing_are_a_share_of_their_points",
        GOLDEN,
    ),
    "a table of districts": (
        "evaluation.test_other_frameworks::test_a_district_is_weighed_by_columns_logarithms_and_a_negative_weight",
        "test_score_table::test_every_row_gets_its_score_its_range_and_its_band",
        GOLDEN,
    ),
    "letters and cuts on the screen": (
        "evaluation.test_other_frameworks::test_letters_and_cuts_are_those_of_the_file",
        "test_own_bands::test_public_screens_and_files_show_the_letters_of_the_file",
        "test_frameworks_pages::test_an_example_shows_its_figure_and_its_name[70.96]",
    ),
    "questions on the screen": (
        "test_how_we_grade::test_a_policy_asks_in_the_words_of_its_framework_and_in_ours_where_it_has_none",
    ),
    "several frameworks on the screen": (
        "test_answers::test_frameworks_in_force_side_by_side_each_show_the_subject",
        "test_answers::test_every_golden_figure_comes_out_of_answers_that_were_typed_in_a_browser",
    ),
    "answers are facts": (
        "test_answers::test_an_answer_is_kept_with_its_source_its_day_and_who_gave_it",
        "evaluation.test_trees::test_words_are_worth_what_their_map_says_on_the_day",
    ),
    "a measure declares what it needs": (
        "evaluation.test_tree_files::test_what_does_not_hold_together_is_refused_with_file_line_and_reason"
        "[a measure without the value of the law that it needs]",
    ),
    "ranges run through every combination": (
        "evaluation.test_tree_invariants"
        "::test_every_filling_of_a_small_tree_lies_in_its_range_and_both_ends_are_reached",
        "evaluation.test_trees::test_a_sum_swaps_the_ends_of_a_negative_weight",
        "evaluation.test_trees::test_what_only_adds_lifts_a_mean_and_never_lowers_it",
    ),
    "what is unknown withholds": (
        "evaluation.test_trees::test_all_of_is_met_by_every_child_and_failed_by_one",
        "evaluation.test_trees::test_a_step_counts_only_when_all_before_it_hold",
        "evaluation.test_trees::test_a_cap_says_what_silence_does",
    ),
    "what does not apply leaves": ("evaluation.test_trees::test_an_empty_node_leaves_the_one_above",),
    "views": ("evaluation.test_trees::test_a_view_rolls_the_same_leaves_up_for_each_label",),
    "the Peruvian rules are a tree of depth two": (
        "evaluation.test_tree_invariants::test_todays_files_are_trees_of_depth_two_and_give_the_same_numbers",
    ),
}
BLANK = "evaluation.test_brute_force::test_no_filling_of_a_blank_leads_outside_the_range"
UNCERTAINTY: Rows = {
    "blanks": (BLANK, "evaluation.test_brute_force::test_every_table_whose_rows_may_be_blank_is_tried"),
    "tight ranges": ("evaluation.test_brute_force::test_no_range_is_much_wider_than_its_fillings",),
    "the whole and its policies": (
        "evaluation.test_brute_force::test_no_filling_leads_the_whole_or_a_policy_outside_its_range",
        "evaluation.test_invariants::test_filling_in_a_blank_never_leads_outside_the_earlier_range",
    ),
    "a day of fulfilment that is blank": (
        BLANK,
        "evaluation.test_what_the_law_asks::test_a_condition_without_a_day_and_a_silent_promise_are_both_open",
    ),
    "the other side's amount that is blank": (
        BLANK,
        "evaluation.test_games"
        "::test_a_payment_that_may_still_be_denied_opens_the_share_for_priorities_by_its_own_share",
        "evaluation.test_games::test_what_nobody_denies_does_not_count_as_unpaid",
    ),
    "a second confirmer who is silent": (
        "evaluation.test_brute_force"
        "::test_a_second_confirmer_who_is_silent_leaves_nothing_open_behind_the_communitys_paper",
        "evaluation.test_games::test_what_the_authority_alone_denies_counts_and_the_community_may_still_say_otherwise",
    ),
    "a start of works that is blank beside another study": (
        "evaluation.test_brute_force::test_a_start_of_works_that_is_blank_beside_another_study_opens_the_cap",
        f"{NO_EDIT}[only its start of works is left out]",
    ),
    "a total that is blank": ("evaluation.test_what_the_law_asks::test_a_total_that_nobody_states_limits_nothing",),
    "no clock": (
        "evaluation.test_whose_word_counts::test_money_due_and_not_paid_counts_with_its_days_so_far",
        "evaluation.test_games::test_a_report_is_not_due_before_its_time_and_not_perhaps_perfect_a_thousand_days_later",
    ),
    "rows that are missing": (
        "evaluation.test_games::test_a_missing_employer_opens_the_range_by_the_workers_that_the_register_names",
        "evaluation.test_games::test_conditions_that_the_list_names_and_nobody_entered_count_as_open",
        "evaluation.test_games::test_a_list_by_the_companys_bare_word_closes_nothing",
    ),
    "coverage of an open figure": (
        "evaluation.test_what_the_law_asks::test_a_return_of_one_day_closes_no_coverage",
        "evaluation.test_games::test_a_reviewers_score_on_no_facts_is_no_knowledge",
    ),
}
BORDERS: Rows = {
    "cuts of the bands": ("evaluation.test_scoring::test_bands_are_half_open_on_the_unrounded_score",),
    "least coverage": (
        "evaluation.test_scoring::test_no_grade_below_the_minimum_coverage",
        "evaluation.test_scoring::test_coverage_a_hair_below_the_minimum_is_below_it",
    ),
    "thirds": ("evaluation.test_scoring::test_three_thirds_make_a_whole_band",),
    "never shown over a cut": (
        "test_public_pages::test_a_score_is_rounded_and_never_shown_as_the_next_grades",
        "test_own_bands::test_a_score_is_never_written_over_a_cut_of_the_file",
        "test_production::test_a_score_is_cut_to_its_column_and_not_rounded_into_the_next_grade",
    ),
    "the cap": (
        "evaluation.test_scoring::test_a_project_whose_digging_began_before_approval_cannot_score_above_the_gate",
        "evaluation.test_scoring::test_an_unknown_gate_lowers_only_the_worst_case",
    ),
    "order of rows": ("evaluation.test_invariants::test_the_order_of_rows_changes_nothing",),
    "the thread's arithmetic": (
        "evaluation.test_invariants::test_the_arithmetic_of_the_caller_changes_nothing",
        "evaluation.test_canonical::test_three_thirds_are_one_whatever_the_arithmetic_of_the_thread",
    ),
    "the text of numbers": ("evaluation.test_scoring::test_zero_point_six_and_zero_point_six_hundred_are_one_fact",),
    "29 February": (
        f"{WORKS}[works on the last day of an approval of 29 February]",
        f"{WORKS}[works a day after it]",
    ),
    "the day of approval": (f"{WORKS}[works on the day of approval]",),
    "a zero below zero": (
        "evaluation.test_what_the_law_asks::test_no_score_is_sealed_as_less_than_nothing",
        "evaluation.test_canonical::test_a_number_has_one_spelling[-0.00]",
    ),
}
REFUSED = "evaluation.test_tree_files::test_what_does_not_hold_together_is_refused_with_file_line_and_reason"
TABLE = "test_score_table::test_what_is_wrong_is_refused_with_file_line_and_reason_and_nothing_is_written"
BAD_INPUT: Rows = {
    "a circle": (
        "evaluation.test_tree_files::test_a_circle_is_refused",
        "evaluation.test_framework_files::test_what_is_wrong_with_a_file_is_said_with_its_line",
    ),
    "a leaf named twice": (f"{REFUSED}[a leaf named twice]",),
    "a ladder with a hole": (
        f"{REFUSED}[a hole in a ladder]",
        "evaluation.test_tree_files::test_the_line_is_that_of_the_node",
    ),
    "a cap on a node that is not there": (f"{REFUSED}[a cap on nothing]",),
    "an answer outside its map": (
        f"{REFUSED}[an example outside its map]",
        "test_score_table::test_an_answer_outside_its_map_is_refused_with_its_line_and_the_answers_allowed",
        "test_answers::test_an_answer_outside_its_map_is_refused_at_its_field_with_the_answers_that_it_takes",
    ),
    "the logarithm of a negative number": (
        f"{TABLE}[districts.csv:3: canon: ln1p of -5]",
        "evaluation.test_trees::test_the_logarithm_of_a_negative_number_is_refused",
    ),
    "two versions on one day": (
        "evaluation.test_tree_files::test_two_versions_in_force_on_one_day_are_refused_and_two_that_follow_are_taken",
        "test_rules::test_two_versions_that_come_into_force_on_one_day_are_refused",
    ),
    "a column that the table lacks": (f"{TABLE}[districts.csv:1: there is no column canon_pc]",),
    "ten million rows": (
        "test_score_table::test_ten_million_rows_are_refused_at_the_first_beyond_a_million",
        "test_score_table::test_a_table_of_any_length_is_counted_in_little_memory",
    ),
    "nothing half loaded": (
        "test_rules::test_a_folder_with_one_broken_file_loads_nothing",
        "test_score_table::test_a_file_that_was_there_stays_when_a_row_is_refused_and_is_replaced_when_all_are_scored",
    ),
}
LISTS = {
    "what a company does": WHAT_A_COMPANY_DOES,
    "honest mines that lost": HONEST_MINES_THAT_LOST,
    "the law": THE_LAW,
    "other frameworks": OTHER_FRAMEWORKS,
    "uncertainty": UNCERTAINTY,
    "borders": BORDERS,
    "bad input": BAD_INPUT,
}


def cases_of(test: Any) -> Iterator[str]:
    """The values with which a test is run, each by itself, as text."""
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            for values in mark.args[1]:
                yield from map(str, values if isinstance(values, tuple) else (values,))


def missing(node: str) -> str:
    """What lacks of a test as a row names it; empty where it is there, in that very module."""
    module, _, name = node.partition("::")
    name, _, case = name.removesuffix("]").partition("[")
    found = importlib.import_module(f"tests.compliance.{module}")
    test = getattr(found, name, None)
    if not name.startswith("test_") or getattr(test, "__module__", "") != found.__name__:
        return f"{module} has no {name}"
    return f"{name} has no case {case}" if case and case not in cases_of(test) else ""


@pytest.mark.parametrize("of", LISTS)
def test_every_row_is_held_by_tests_that_are_there(of: str) -> None:
    assert LISTS[of]
    assert [row for row, tests in LISTS[of].items() if not tests] == []
    assert [(row, lack) for row, tests in LISTS[of].items() for test in tests if (lack := missing(test))] == []


def test_a_test_that_is_gone_and_a_case_that_is_gone_are_seen() -> None:
    assert missing(NO_EDIT) == ""
    assert missing(f"{NO_EDIT}[payments are split]") == ""
    assert missing(f"{NO_EDIT}[payments are merged]").endswith("has no case payments are merged")
    assert missing("evaluation.test_games::test_gone") == "evaluation.test_games has no test_gone"
    assert missing("evaluation.test_games::judge") == "evaluation.test_games has no judge"
