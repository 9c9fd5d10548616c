"""Every connection between two objects of ours, as one list to read from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from desktop.controllers.autopsy import AutopsyCommands
from desktop.controllers.cause_question import CauseCompletion
from desktop.controllers.comparison import ComparisonCommands
from desktop.controllers.display_options import DisplayCommands
from desktop.controllers.documents import DocumentCommands
from desktop.controllers.export import ExportCommands
from desktop.controllers.frame_loop import FrameLoop
from desktop.controllers.gallery import GalleryCommands
from desktop.controllers.lecture_recording import LectureRecording
from desktop.controllers.lower_view_question import LowerViewQuestion
from desktop.controllers.panel_updates import PanelUpdates
from desktop.controllers.remedies import RemedyCommands
from desktop.controllers.side_panel_question import SidePanelQuestion
from desktop.controllers.theory_question import TheoryQuestion
from desktop.controllers.training import TrainingCommands
from desktop.kinds import table
from desktop.lecture.commands import LectureCommands
from desktop.model.player import Player
from desktop.model.preferences import Preferences
from desktop.model.workspace import Workspace
from desktop.shell.actions import Actions
from desktop.shell.main_window import MainWindow
from desktop.worker.controller import TrainingController


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """All objects of the running program."""

    preferences: Preferences
    workspace: Workspace
    controller: TrainingController
    player: Player
    frame_loop: FrameLoop
    actions: Actions
    window: MainWindow
    document_commands: DocumentCommands
    export_commands: ExportCommands
    training_commands: TrainingCommands
    comparison_commands: ComparisonCommands
    autopsy_commands: AutopsyCommands
    display_commands: DisplayCommands
    panel_updates: PanelUpdates
    side_panel_questions: tuple[SidePanelQuestion, ...]
    lower_view_question: LowerViewQuestion
    theory_question: TheoryQuestion
    cause_completion: CauseCompletion
    remedy_commands: RemedyCommands
    lecture_commands: LectureCommands
    lecture_recording: LectureRecording
    gallery_commands: GalleryCommands
    recovery_timer: QTimer


def wire(components: Components) -> None:
    """Connect everything once, before the window is shown."""
    _wire_edits(components)
    _wire_lanes(components)
    _wire_training(components)
    _wire_autopsy(components)
    _wire_drawing(components)
    _wire_questions(components)
    _wire_remedies(components)
    _wire_recording(components)
    _wire_playback(components)
    _wire_documents(components)
    _wire_menus(components)


def _wire_edits(components: Components) -> None:
    window, workspace, commands = (
        components.window,
        components.workspace,
        components.training_commands,
    )
    window.builder.experiment_edited.connect(workspace.edit)
    window.switch_strip.experiment_edited.connect(workspace.edit)
    window.switch_strip.explained.connect(workspace.notify)
    window.theatre.edit_requested.connect(commands.edit)
    window.builder.layer_selected.connect(workspace.select)
    window.theatre.layer_selected.connect(commands.select)
    workspace.experiment_changed.connect(commands.show_experiment)
    workspace.experiment_changed.connect(components.panel_updates.show_experiment)
    workspace.experiment_changed.connect(components.display_commands.suit)
    workspace.document_opened.connect(commands.show_document)
    workspace.document_opened.connect(components.panel_updates.show_document)
    workspace.document_opened.connect(components.display_commands.suit)
    workspace.experiment_changed.connect(components.frame_loop.draw_soon)
    workspace.document_opened.connect(components.frame_loop.draw_soon)
    workspace.selection_changed.connect(commands.announce_selection)
    workspace.before_changed.connect(components.frame_loop.draw_soon)
    workspace.notice_changed.connect(components.panel_updates.show_notice)


def _wire_lanes(components: Components) -> None:
    workspace, commands = components.workspace, components.comparison_commands
    workspace.lane_chosen.connect(components.training_commands.show_lane)
    workspace.lane_chosen.connect(components.panel_updates.show_experiment)
    workspace.lane_chosen.connect(components.display_commands.suit)
    workspace.lane_chosen.connect(components.frame_loop.show_lane)
    for question in components.side_panel_questions:
        workspace.lane_chosen.connect(question.show_experiment)
    workspace.experiment_changed.connect(commands.show_lanes)
    workspace.document_opened.connect(commands.show_lanes)
    components.window.theatre.lane_chosen.connect(commands.choose)
    components.window.training_bar.compare_requested.connect(commands.open_or_leave)


def _wire_training(components: Components) -> None:
    bar, controller, commands = (
        components.window.training_bar,
        components.controller,
        components.training_commands,
    )
    bar.train_requested.connect(commands.train)
    bar.train_on_requested.connect(commands.train_further)
    bar.pause_requested.connect(controller.pause)
    bar.one_iteration_requested.connect(commands.train_once)
    bar.rewind_requested.connect(commands.rewind)
    bar.run_to_requested.connect(commands.run_to)
    bar.speed_limit_chosen.connect(controller.limit_speed)
    bar.scene_chosen.connect(components.document_commands.open_scene)
    controller.training_changed.connect(components.player.set_live)
    controller.training_changed.connect(components.frame_loop.note_training)
    controller.training_changed.connect(commands.note_arrival)
    controller.failed.connect(components.workspace.notify)
    controller.failed.connect(components.panel_updates.show_failure)
    controller.traces_recorded.connect(components.frame_loop.show_watched)


def _wire_autopsy(components: Components) -> None:
    commands, bar = components.autopsy_commands, components.window.autopsy_bar
    components.frame_loop.details_changed.connect(commands.show_state)
    components.workspace.experiment_changed.connect(commands.show_state)
    components.workspace.document_opened.connect(commands.show_state)
    components.controller.training_changed.connect(commands.note_training)
    components.controller.film_recorded.connect(commands.take_film)
    components.window.playback_bar.speed_chosen.connect(commands.film.set_speed)
    commands.film.frame_reached.connect(commands.show_frame)
    commands.film.state_changed.connect(commands.show_film)
    bar.play_or_pause_requested.connect(commands.play_or_pause)
    bar.iteration_requested.connect(commands.scrub)
    bar.height_taken.connect(components.window.theatre.spare)
    bar.go_on_requested.connect(commands.go_on)
    bar.start_again_requested.connect(commands.start_again)


def _wire_drawing(components: Components) -> None:
    frame_loop, window = components.frame_loop, components.window
    frame_loop.display_changed.connect(window.theatre.show_frame)
    frame_loop.display_changed.connect(window.readings.show_frame)
    window.theatre.rooms_changed.connect(window.readings.place)
    frame_loop.display_changed.connect(components.panel_updates.show_playhead)
    frame_loop.details_changed.connect(components.panel_updates.show_details)
    frame_loop.details_changed.connect(components.training_commands.inspect_at_rest)
    frame_loop.status_changed.connect(components.panel_updates.show_status)
    frame_loop.choices_changed.connect(components.display_commands.show_choices)
    window.theatre.iteration_selected.connect(components.training_commands.watch)
    window.theatre.row_selected.connect(components.display_commands.inspect_row)
    window.theatre.lower_view_chosen.connect(components.display_commands.show_lower_view)
    window.theatre.fold_requested.connect(components.actions["lower_row"].toggle)
    window.theatre.loss_place_chosen.connect(components.training_commands.choose_loss_place)
    window.theatre.hovered.connect(components.panel_updates.show_hovered)
    window.theatre.refit_requested.connect(frame_loop.refit)
    window.theatre.log_chosen.connect(components.display_commands.set_log)
    window.theatre.relative_chosen.connect(components.display_commands.set_relative)
    window.theatre.picture_requested.connect(components.export_commands.copy_view)
    window.theatre.numbers_requested.connect(components.export_commands.copy_numbers)
    window.theatre.export_requested.connect(components.export_commands.ask_for)
    components.actions["refit"].triggered.connect(window.theatre.refit)
    components.workspace.document_opened.connect(window.theatre.start_anew)


def _wire_questions(components: Components) -> None:
    frame_loop, controller, workspace = (
        components.frame_loop,
        components.controller,
        components.workspace,
    )
    docks, lower = components.window.docks, components.lower_view_question
    cause = components.cause_completion
    for question, side in zip(components.side_panel_questions, docks.side, strict=True):
        workspace.experiment_changed.connect(question.show_experiment)
        workspace.document_opened.connect(question.show_experiment)
        controller.answered.connect(question.show_answer)
        side.panel.asked.connect(question.asker.ask_now)
        side.dock.visibilityChanged.connect(question.asker.ask_soon)
        side.dock.visibilityChanged.connect(docks.show_rails)
        side.title.close_requested.connect(side.dock.close)
        side.rail.unfold_requested.connect(side.dock.show)
        side.rail.unfold_requested.connect(side.dock.raise_)
    equation = components.window.inspector.equation
    equation.typesetting_requested.connect(controller.ask)
    controller.answered.connect(equation.show_answer)
    controller.answered.connect(lower.show_answer)
    frame_loop.choices_changed.connect(lower.asker.ask_soon)
    theory = components.theory_question
    controller.answered.connect(theory.show_answer)
    controller.training_changed.connect(theory.asker.ask_soon)
    frame_loop.choices_changed.connect(theory.asker.ask_soon)
    workspace.experiment_changed.connect(theory.forget)
    workspace.document_opened.connect(theory.forget)
    controller.answered.connect(cause.take_answer)
    sides = (question.asker for question in components.side_panel_questions)
    for asker in (*sides, lower.asker, cause.asker, theory.asker):
        frame_loop.details_changed.connect(asker.note_pass)
        controller.failed.connect(asker.note_answer)


def _wire_remedies(components: Components) -> None:
    row, commands = components.window.remedies, components.remedy_commands
    row.remedy_chosen.connect(commands.apply)
    row.compare_requested.connect(components.workspace.open_variant)
    row.trial_requested.connect(commands.try_all)
    components.frame_loop.details_changed.connect(commands.note_pass)
    components.controller.training_changed.connect(commands.look_soon)
    components.controller.answered.connect(commands.show_answer)
    components.workspace.lane_chosen.connect(commands.look_soon)
    components.workspace.document_opened.connect(commands.show_document)


def _wire_recording(components: Components) -> None:
    panel, recording = components.window.lecture, components.lecture_recording
    workspace, docks = components.workspace, components.window.docks
    panel.record_requested.connect(recording.record)
    panel.beat_chosen.connect(recording.choose)
    panel.beat_moved.connect(recording.move)
    panel.duplication_requested.connect(recording.duplicate)
    panel.removal_requested.connect(recording.delete)
    panel.show_requested.connect(recording.show_from_here)
    panel.desk_requested.connect(recording.bring_to_desk)
    panel.beat_edited.connect(recording.edit_beat)
    panel.lecture_edited.connect(recording.edit_lecture)
    panel.claim_requested.connect(recording.claim)
    panel.claim_removed.connect(recording.remove_claim)
    panel.values_wanted.connect(recording.ask_for_values)
    components.controller.answered.connect(recording.show_answer)
    components.controller.failed.connect(recording.give_up)
    workspace.experiment_changed.connect(recording.show)
    workspace.document_opened.connect(recording.show_document)
    docks.lecture.visibilityChanged.connect(recording.show)
    docks.lecture_title.close_requested.connect(docks.lecture.close)
    recording.show_requested.connect(components.lecture_commands.begin_at)
    components.actions["record_beat"].triggered.connect(docks.show_lecture)
    components.actions["record_beat"].triggered.connect(recording.record)


def _wire_playback(components: Components) -> None:
    bar, player = components.window.playback_bar, components.player
    player.playhead_changed.connect(components.frame_loop.draw_soon)
    bar.play_or_pause_requested.connect(player.play_or_pause)
    bar.stage_requested.connect(player.go)
    bar.position_requested.connect(player.scrub)
    bar.loss_requested.connect(player.go_to_loss)
    bar.input_requested.connect(player.go_to_input)
    bar.speed_chosen.connect(player.set_speed)
    bar.slow_mode_changed.connect(player.set_slow)
    components.window.theatre.playhead_dragged.connect(player.scrub)


def _wire_documents(components: Components) -> None:
    window, workspace, document_commands = (
        components.window,
        components.workspace,
        components.document_commands,
    )
    window.document_dropped.connect(document_commands.open_file)
    window.menus.recent_chosen.connect(document_commands.open_file)
    window.menus.scene_chosen.connect(document_commands.open_scene)
    window.menus.screen_chosen.connect(components.lecture_commands.choose_screen)
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    application.screenAdded.connect(components.lecture_commands.offer_screens)
    application.screenRemoved.connect(components.lecture_commands.offer_screens)
    document_commands.opening_cancelled.connect(components.panel_updates.show_scene)
    workspace.document_opened.connect(components.panel_updates.show_scene)
    workspace.experiment_changed.connect(components.panel_updates.show_scene)
    document_commands.recent_files_changed.connect(components.panel_updates.show_recent_files)
    workspace.file_changed.connect(components.panel_updates.show_document)
    workspace.modified_changed.connect(window.setWindowModified)
    gallery, lecture = components.gallery_commands, components.lecture_commands
    workspace.document_opened.connect(gallery.note_document)
    gallery.lecture_requested.connect(lecture.begin)
    gallery.beat_requested.connect(lecture.begin_at)
    lecture.left.connect(gallery.note_beat)
    components.display_commands.theme_changed.connect(gallery.follow_theme)
    components.recovery_timer.timeout.connect(document_commands.keep_unsaved)


def _wire_menus(components: Components) -> None:
    actions, commands, display_commands = (
        components.actions,
        components.training_commands,
        components.display_commands,
    )
    document_commands, comparison = components.document_commands, components.comparison_commands
    window, frame_loop, player = components.window, components.frame_loop, components.player
    for name, meaning in (
        ("new", document_commands.begin_new),
        ("open", document_commands.choose_and_open),
        ("scenes", components.gallery_commands.show),
        ("save", document_commands.save),
        ("save_as", document_commands.save_as),
        ("export", components.export_commands.ask),
        ("copy_picture", components.export_commands.copy_picture),
        ("quit", window.close),
        ("clear_recent", document_commands.clear_recent_files),
        ("compare", comparison.open_or_leave),
        ("other_lane", comparison.choose_other),
        ("swap_lanes", components.workspace.swap_lanes),
        ("copy_to_variant", comparison.copy_to_variant),
        ("copy_to_baseline", comparison.copy_to_baseline),
        ("promote_variant", comparison.promote),
        ("leave_comparison", comparison.leave),
        ("clear_marks", commands.clear_marks),
        ("dark_or_light", display_commands.change_light),
        ("refit", frame_loop.refit),
        ("next_lower", display_commands.show_next_lower_view),
        ("restore_docks", window.docks.reset),
        ("train", commands.train_or_pause),
        ("train_on", commands.train_on),
        ("one_iteration", commands.train_once),
        ("rewind", commands.rewind),
        ("replay", components.autopsy_commands.replay),
        ("go_on", components.autopsy_commands.go_on),
        ("start_again", components.autopsy_commands.start_again),
        ("stage", player.go_forward),
        ("lecture", components.lecture_commands.begin),
        ("lecture_with_presenter", components.lecture_commands.begin_with_presenter),
        ("keys", commands.show_keys),
        ("tour", components.gallery_commands.begin_tour),
        ("about", commands.show_about),
    ):
        actions[name].triggered.connect(meaning)
    components.lecture_commands.wanted.connect(lambda name: actions[name].trigger())
    for kind in table.KINDS:
        for command in kind.commands:
            action = actions[command.name]
            action.triggered.connect(lambda _checked, name=command.name: commands.edit(name))
    actions["full_screen"].toggled.connect(commands.show_full_screen)
    actions["reduce_motion"].toggled.connect(display_commands.reduce_motion)
    actions["lower_row"].toggled.connect(display_commands.show_lower_row)
    actions.lower_views.triggered.connect(display_commands.choose_lower_view)
    window.menus.theory.aboutToShow.connect(display_commands.offer_theories)
    for action in actions.theories.values():
        action.triggered.connect(display_commands.choose_theories)
    actions["relative"].toggled.connect(display_commands.set_relative)
    actions["log"].toggled.connect(display_commands.set_log)
    actions.themes.triggered.connect(display_commands.choose_theme)
    for group in actions.quantities.values():
        group.triggered.connect(display_commands.choose_quantity)
    for key, action in actions.switches().items():
        action.triggered.connect(lambda _checked, key=key: window.switch_strip.press(key))
    window.docks.builder_title.close_requested.connect(window.docks.builder.close)
    window.docks.inspector_title.close_requested.connect(window.docks.inspector.close)
    window.inspector.title_changed.connect(window.docks.inspector_title.set_title)
    window.docks.inspector.visibilityChanged.connect(window.docks.show_rails)
    window.docks.inspector_rail.unfold_requested.connect(window.docks.inspector.show)
    window.docks.builder.visibilityChanged.connect(window.docks.show_rails)
    window.docks.builder_rail.unfold_requested.connect(window.docks.builder.show)
    window.height_changed.connect(display_commands.fit_type)
