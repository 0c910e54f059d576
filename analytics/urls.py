from django.urls import URLPattern, URLResolver, path

from analytics.alarms import views as alarms
from analytics.casework.views import download_casework, show_casework
from analytics.companies.views import show_companies
from analytics.compensations.views import download_compensations, show_compensations
from analytics.crossed import views as crossed
from analytics.dashboard import downloads, views
from analytics.dashboard.choices import offer_choices
from analytics.dictionary import views as dictionary
from analytics.drivers.views import download_drivers, show_drivers
from analytics.experiments import views as experiments
from analytics.explorer import views as explorer
from analytics.fairness import views as fairness
from analytics.funnel import views as funnel
from analytics.further.views import download_further, show_further
from analytics.goals import views as goals
from analytics.improvements import views as improvements
from analytics.integrity import views as integrity
from analytics.money.views import download_money, show_money
from analytics.open_links.kiosks import download_kiosks, show_kiosks
from analytics.open_links.views import download_open_links, show_open_links
from analytics.open_links.widgets import download_widgets, show_widgets
from analytics.own.views import show_own
from analytics.passives.views import download_passives, show_passives
from analytics.planner import views as planner
from analytics.recovery.views import download_recovery, show_recovery
from analytics.reports import views as reports
from analytics.reviews.views import download_reviews, show_reviews
from analytics.satisfaction.views import show_satisfaction
from analytics.silence import views as silence
from analytics.topics import views as topics
from analytics.trend import views as trend
from analytics.wallboard import views as wallboard
from analytics.why import views as why

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.show_home, name="home"),
    path("companies/", show_companies, name="companies"),
    path("dashboard/", views.show_dashboard, name="dashboard"),
    path("dashboard/funnel/", funnel.show_funnel, name="funnel"),
    path("dashboard/funnel/stages.csv", funnel.download_funnel, {"table": "stages", "kind": "csv"}, name="stages_csv"),
    path(
        "dashboard/funnel/stages.xlsx", funnel.download_funnel, {"table": "stages", "kind": "xlsx"}, name="stages_xlsx"
    ),
    path("dashboard/funnel/hours.csv", funnel.download_funnel, {"table": "hours", "kind": "csv"}, name="hours_csv"),
    path("dashboard/funnel/hours.xlsx", funnel.download_funnel, {"table": "hours", "kind": "xlsx"}, name="hours_xlsx"),
    path("dashboard/experiments/", experiments.show_experiments, name="experiments"),
    path("dashboard/experiments/<int:pk>/", experiments.show_experiment, name="experiment"),
    path(
        "dashboard/experiments/<int:pk>/arms.csv",
        experiments.download_experiment,
        {"kind": "csv"},
        name="experiment_csv",
    ),
    path(
        "dashboard/experiments/<int:pk>/arms.xlsx",
        experiments.download_experiment,
        {"kind": "xlsx"},
        name="experiment_xlsx",
    ),
    path("dashboard/mine/", show_own, name="mine"),
    path("dashboard/choices/<slug:name>/", offer_choices, name="choices"),
    path("dashboard/crossed/", crossed.show_crossed, name="crossed"),
    path("dashboard/crossed/crossed.csv", crossed.download_crossed, {"kind": "csv"}, name="crossed_csv"),
    path("dashboard/crossed/crossed.xlsx", crossed.download_crossed, {"kind": "xlsx"}, name="crossed_xlsx"),
    path("dashboard/tables/<slug:table>.csv", downloads.download_table, {"kind": "csv"}, name="dashboard_csv"),
    path("dashboard/tables/<slug:table>.xlsx", downloads.download_table, {"kind": "xlsx"}, name="dashboard_xlsx"),
    path("dashboard/trend/", trend.show_trend, name="trend"),
    path("dashboard/trend/trend.csv", trend.download_trend, {"kind": "csv"}, name="trend_csv"),
    path("dashboard/trend/trend.xlsx", trend.download_trend, {"kind": "xlsx"}, name="trend_xlsx"),
    path("dashboard/integrity/", integrity.show_integrity, name="integrity"),
    path("dashboard/integrity/integrity.csv", integrity.download_integrity, {"kind": "csv"}, name="integrity_csv"),
    path("dashboard/integrity/integrity.xlsx", integrity.download_integrity, {"kind": "xlsx"}, name="integrity_xlsx"),
    path("dashboard/why/", why.show_why, name="why"),
    path("dashboard/why/why.csv", why.download_why, {"kind": "csv"}, name="why_csv"),
    path("dashboard/why/why.xlsx", why.download_why, {"kind": "xlsx"}, name="why_xlsx"),
    path("dashboard/fair/", fairness.show_fair, name="fair"),
    path("dashboard/fair/fair.csv", fairness.download_fair, {"kind": "csv"}, name="fair_csv"),
    path("dashboard/fair/fair.xlsx", fairness.download_fair, {"kind": "xlsx"}, name="fair_xlsx"),
    path("dashboard/planner/", planner.show_planner, name="planner"),
    path("dashboard/planner/<slug:table>.csv", planner.download_plan, {"kind": "csv"}, name="planner_csv"),
    path("dashboard/planner/<slug:table>.xlsx", planner.download_plan, {"kind": "xlsx"}, name="planner_xlsx"),
    path("dashboard/silence/", silence.show_silence, name="silence"),
    path("dashboard/silence/<slug:table>.csv", silence.download_silence, {"kind": "csv"}, name="silence_csv"),
    path("dashboard/silence/<slug:table>.xlsx", silence.download_silence, {"kind": "xlsx"}, name="silence_xlsx"),
    path("dashboard/questions/", show_further, name="further"),
    path("dashboard/questions/questions.csv", download_further, {"kind": "csv"}, name="further_csv"),
    path("dashboard/questions/questions.xlsx", download_further, {"kind": "xlsx"}, name="further_xlsx"),
    path("dashboard/topics/", topics.show_topics, name="topics"),
    path("dashboard/topics/topics.csv", topics.download_topics, {"kind": "csv"}, name="topics_csv"),
    path("dashboard/topics/topics.xlsx", topics.download_topics, {"kind": "xlsx"}, name="topics_xlsx"),
    path("dashboard/report/", reports.show_report, name="report"),
    path("dashboard/report/report.pdf", reports.download_report, {"kind": "pdf"}, name="report_pdf"),
    path("dashboard/report/report.xlsx", reports.download_report, {"kind": "xlsx"}, name="report_xlsx"),
    path("dashboard/casework/", show_casework, name="casework"),
    path("dashboard/casework/<slug:table>.csv", download_casework, {"kind": "csv"}, name="casework_csv"),
    path("dashboard/casework/<slug:table>.xlsx", download_casework, {"kind": "xlsx"}, name="casework_xlsx"),
    path("dashboard/kiosks/", show_kiosks, name="kiosks"),
    path("dashboard/kiosks/kiosks.csv", download_kiosks, {"kind": "csv"}, name="kiosks_csv"),
    path("dashboard/kiosks/kiosks.xlsx", download_kiosks, {"kind": "xlsx"}, name="kiosks_xlsx"),
    path("dashboard/open-links/", show_open_links, name="open_links"),
    path("dashboard/open-links/links.csv", download_open_links, {"kind": "csv"}, name="open_links_csv"),
    path("dashboard/open-links/links.xlsx", download_open_links, {"kind": "xlsx"}, name="open_links_xlsx"),
    path("dashboard/widgets/", show_widgets, name="widgets"),
    path("dashboard/widgets/widgets.csv", download_widgets, {"kind": "csv"}, name="widgets_csv"),
    path("dashboard/widgets/widgets.xlsx", download_widgets, {"kind": "xlsx"}, name="widgets_xlsx"),
    path("dashboard/reviews/", show_reviews, name="reviews"),
    path("dashboard/reviews/places.csv", download_reviews, {"kind": "csv"}, name="reviews_csv"),
    path("dashboard/reviews/places.xlsx", download_reviews, {"kind": "xlsx"}, name="reviews_xlsx"),
    path("dashboard/compensations/", show_compensations, name="compensations"),
    path("dashboard/compensations/<slug:table>.csv", download_compensations, {"kind": "csv"}, name="compensations_csv"),
    path(
        "dashboard/compensations/<slug:table>.xlsx", download_compensations, {"kind": "xlsx"}, name="compensations_xlsx"
    ),
    path("dashboard/passives/", show_passives, name="passives"),
    path("dashboard/passives/topics.csv", download_passives, {"kind": "csv"}, name="passives_csv"),
    path("dashboard/passives/topics.xlsx", download_passives, {"kind": "xlsx"}, name="passives_xlsx"),
    path("dashboard/recovery/", show_recovery, name="recovery"),
    path("dashboard/recovery/pairs.csv", download_recovery, {"kind": "csv"}, name="recovery_csv"),
    path("dashboard/recovery/pairs.xlsx", download_recovery, {"kind": "xlsx"}, name="recovery_xlsx"),
    path("dashboard/drivers/", show_drivers, name="drivers"),
    path("dashboard/drivers/drivers.csv", download_drivers, {"kind": "csv"}, name="drivers_csv"),
    path("dashboard/drivers/drivers.xlsx", download_drivers, {"kind": "xlsx"}, name="drivers_xlsx"),
    path("dashboard/csat/", show_satisfaction, {"metric": "csat"}, name="csat"),
    path("dashboard/csat10/", show_satisfaction, {"metric": "csat10"}, name="csat10"),
    path("dashboard/ces/", show_satisfaction, {"metric": "ces"}, name="ces"),
    path("dashboard/money/", show_money, name="money"),
    path("dashboard/money/tables/<slug:table>.csv", download_money, {"kind": "csv"}, name="money_csv"),
    path("dashboard/money/tables/<slug:table>.xlsx", download_money, {"kind": "xlsx"}, name="money_xlsx"),
    path("dashboard/goals/", goals.show_goals, name="goals"),
    path("dashboard/goals/targets/", goals.set_goal, name="goal_targets"),
    path("dashboard/goals/<int:pk>/withdrawal/", goals.withdraw_goal, name="goal_withdrawal"),
    path("dashboard/goals/attainment.csv", goals.download_attainment, {"kind": "csv"}, name="goals_csv"),
    path("dashboard/goals/attainment.xlsx", goals.download_attainment, {"kind": "xlsx"}, name="goals_xlsx"),
    path("improvements/improvements.csv", improvements.download_board, {"kind": "csv"}, name="improvements_csv"),
    path("improvements/improvements.xlsx", improvements.download_board, {"kind": "xlsx"}, name="improvements_xlsx"),
    path("dashboard/wallboards/", wallboard.show_wallboards, name="wallboards"),
    path("dashboard/wallboards/links/", wallboard.make_wallboard, name="wallboard_links"),
    path("dashboard/wallboards/<int:pk>/revocation/", wallboard.revoke_wallboard, name="wallboard_revocation"),
    path("wall/<str:token>/", wallboard.show_wallboard, name="wallboard"),
    path("dashboard/alarms/", alarms.show_alarms, name="alarms"),
    path("dashboard/alarms/watch/", alarms.watch, name="alarms_watch"),
    path("dashboard/alarms/<int:pk>/seen/", alarms.note_seen, name="alarm_seen"),
    path("dashboard/alarms/series/<int:pk>/end/", alarms.stop_watching, name="alarms_stop"),
    path("dashboard/topics/words/", dictionary.show_words, name="words"),
    path("dashboard/topics/words/<int:pk>/", dictionary.edit_words, name="words_of_topic"),
    path("dashboard/topics/words/ignored/", dictionary.edit_ignored, name="ignored_words"),
    path("dashboard/topics/words/proposals/<int:pk>/", dictionary.decide, name="word_proposal"),
    path("answers/", explorer.show_answers, name="answers"),
    path("answers/answers.csv", explorer.download_csv, name="answers_csv"),
    path("answers/answers.xlsx", explorer.download_xlsx, name="answers_xlsx"),
    path("answers/views/", explorer.save_view, name="answers_views"),
    path("answers/views/<int:pk>/deletion/", explorer.delete_view, name="answers_view_deletion"),
]
