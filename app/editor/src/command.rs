//! The commands: one registry from which menus, palette, tooltips, the key sheet and the default keys are made.

/// Where a command stands in menus and in the key sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Projects, files, import and export.
    Project,
    /// Changing instances.
    Edit,
    /// Grouping, relating and changing shapes.
    Shape,
    /// Moving and turning the selected by keys.
    Move,
    /// Order, aligning and distributing.
    Arrange,
    /// From one kind of shape to another.
    Convert,
    /// Areas and lines: what they cover, and their borders.
    Border,
    /// What is marked on instances.
    Marks,
    /// Choosing a tool.
    Tools,
    /// How tools draw.
    Drawing,
    /// Labels.
    Label,
    /// Objects followed through a video.
    Sequence,
    /// What happens in a video.
    Event,
    /// What is approved, and what is to be looked at again.
    Review,
    /// Going from file to file and frame to frame.
    Go,
    /// Zoom, panels, looks.
    View,
    /// Help.
    Help,
}

impl Group {
    /// In menu order.
    pub const ALL: [Self; 17] = [
        Self::Project,
        Self::Edit,
        Self::Tools,
        Self::Drawing,
        Self::Shape,
        Self::Move,
        Self::Arrange,
        Self::Convert,
        Self::Border,
        Self::Label,
        Self::Marks,
        Self::Sequence,
        Self::Event,
        Self::Review,
        Self::Go,
        Self::View,
        Self::Help,
    ];

    /// The group in whose menu this one is a menu of its own.
    pub fn parent(self) -> Option<Self> {
        match self {
            Self::Drawing => Some(Self::Tools),
            Self::Move | Self::Arrange | Self::Convert | Self::Border => Some(Self::Shape),
            _ => None,
        }
    }

    /// Shown name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Project => "Project",
            Self::Edit => "Edit",
            Self::Shape => "Shape",
            Self::Move => "Move and turn",
            Self::Arrange => "Arrange",
            Self::Convert => "Convert",
            Self::Border => "Areas and borders",
            Self::Drawing => "How tools draw",
            Self::Marks => "Marks",
            Self::Tools => "Tools",
            Self::Label => "Label",
            Self::Sequence => "Sequence",
            Self::Event => "Event",
            Self::Review => "Review",
            Self::Go => "Go",
            Self::View => "View",
            Self::Help => "Help",
        }
    }
}

/// What must be there for a command to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Nothing.
    Always,
    /// A project.
    Project,
    /// A file on the canvas.
    File,
    /// A file with several frames.
    Video,
    /// A selection.
    Selection,
}

impl When {
    /// What is missing where it is not there, as the end of a sentence.
    pub fn wants(self) -> &'static str {
        match self {
            Self::Always => "it waits for something else to end",
            Self::Project => "no project is open",
            Self::File => "no file is open",
            Self::Video => "no video or image sequence is open",
            Self::Selection => "nothing is selected",
        }
    }
}

/// One command as everything that shows commands sees it.
#[derive(Clone, Copy, Debug)]
pub struct CommandInfo {
    /// The command.
    pub command: Command,
    /// Stable name for key files.
    pub id: &'static str,
    /// Shown name.
    pub title: &'static str,
    /// Menu.
    pub group: Group,
    /// Default keys.
    pub keys: &'static [&'static str],
    /// What must be there.
    pub when: When,
    /// Whether holding the key repeats it.
    pub repeats: bool,
}

macro_rules! commands {
    ($( $variant:ident $id:literal $title:literal $group:ident $when:ident [$($key:literal),*] $($repeats:ident)?; )*) => {
        /// Something a person can ask for by menu, key or palette.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Command { $( #[doc = $title] $variant, )* }

        /// Every command, in the order of menus and palette.
        pub const COMMANDS: &[CommandInfo] = &[ $( CommandInfo {
            command: Command::$variant, id: $id, title: $title, group: Group::$group, keys: &[$($key),*],
            when: When::$when, repeats: commands!(@repeats $($repeats)?),
        }, )* ];
    };
    (@repeats repeats) => { true };
    (@repeats) => { false };
}

commands! {
    NewProject "project.new" "New project…" Project Always ["Ctrl+N"];
    OpenProject "project.open" "Open project…" Project Always ["Ctrl+O"];
    OpenDemo "project.demo" "Open the demo project" Project Always [];
    AddFiles "file.add" "Add images and videos…" Project Project ["Ctrl+Shift+O"];
    AddFolder "file.add_folder" "Add a folder…" Project Project ["Ctrl+Alt+O"];
    AddSequence "file.add_sequence" "Add a folder as an image sequence…" Project Project [];
    CutClips "file.cut_clips" "Cut into clips…" Project Video [];
    Retime "file.retime" "Take the work over to the video that lies here now…" Project Video [];
    Import "project.import" "Import annotations…" Project Project ["Ctrl+I"];
    Export "project.export" "Export annotations…" Project Project ["Ctrl+E"];
    Snapshot "project.snapshot" "Name this state (snapshot)…" Project Project [];
    Settings "app.settings" "Settings" Project Always ["F2"];
    Quit "app.quit" "Quit" Project Always ["Ctrl+Q"];

    Undo "edit.undo" "Undo" Edit Project ["Ctrl+Z"] repeats;
    Redo "edit.redo" "Redo" Edit Project ["Ctrl+Shift+Z", "Ctrl+Y"] repeats;
    Copy "edit.copy" "Copy" Edit Selection ["Ctrl+C"];
    Paste "edit.paste" "Paste at the pointer" Edit File ["Ctrl+V"];
    PasteInPlace "edit.paste_in_place" "Paste in place" Edit File ["Ctrl+Shift+V"];
    Duplicate "edit.duplicate" "Duplicate" Edit Selection ["Ctrl+D"];
    Delete "edit.delete" "Delete" Edit Selection ["Delete"];
    SelectAll "edit.select_all" "Select all" Edit File ["Ctrl+A"];
    SelectNext "edit.select_next" "Next shape (under the pointer first)" Edit File ["Tab"] repeats;
    SelectPrevious "edit.select_previous" "Previous shape" Edit File ["Shift+Tab"] repeats;
    Cancel "edit.cancel" "Cancel drawing, or clear the selection" Edit Always ["Escape"];
    Finish "edit.finish" "Finish drawing" Edit File ["Enter"];
    RemoveLast "edit.remove_last" "Remove the last point" Edit File ["Backspace"] repeats;
    NudgeLeft "edit.left" "Move left by 1 pixel" Move File ["Left"] repeats;
    NudgeRight "edit.right" "Move right by 1 pixel" Move File ["Right"] repeats;
    NudgeUp "edit.up" "Move up by 1 pixel" Move File ["Up"] repeats;
    NudgeDown "edit.down" "Move down by 1 pixel" Move File ["Down"] repeats;
    NudgeLeft10 "edit.left_10" "Move left by 10 pixels" Move File ["Shift+Left"] repeats;
    NudgeRight10 "edit.right_10" "Move right by 10 pixels" Move File ["Shift+Right"] repeats;
    NudgeUp10 "edit.up_10" "Move up by 10 pixels" Move File ["Shift+Up"] repeats;
    NudgeDown10 "edit.down_10" "Move down by 10 pixels" Move File ["Shift+Down"] repeats;
    Find "edit.find" "Find and select…" Edit File ["Ctrl+F"];
    CopyLook "edit.copy_look" "Copy label and marks" Edit Selection ["Ctrl+Shift+C"];
    PasteLook "edit.paste_look" "Paste label and marks" Edit Selection ["Ctrl+Alt+C"];
    SameAsPrevious "edit.same_as_previous" "Same shapes as before (previous frame or file)" Edit File ["Ctrl+B"];
    SameLabelAsPrevious "edit.same_label_as_previous" "Same shapes as before, of the active label" Edit File ["Ctrl+Shift+B"];
    PasteAhead "edit.paste_ahead" "Paste to the next frames or files…" Edit File ["Ctrl+Alt+V"];
    Redraw "edit.redraw" "Draw the selected anew, keeping its identity" Edit Selection ["Shift+N"];
    DrawAgain "edit.draw_again" "Draw again with the last tool" Edit File ["N"];
    Group "edit.group" "Group" Shape Selection ["Ctrl+G"];
    Ungroup "edit.ungroup" "Ungroup" Shape Selection ["Ctrl+Shift+G"];
    SelectGroup "edit.select_group" "Select the whole group" Shape Selection ["Alt+G"];
    Relate "edit.relate" "Relate the first selected to the others…" Shape Selection ["Alt+R"];
    Unrelate "edit.unrelate" "Remove relations of the selected" Shape Selection ["Alt+Shift+R"];
    ToFront "edit.to_front" "Bring to front" Arrange Selection ["Alt+Home"];
    Forward "edit.forward" "Bring forward" Arrange Selection ["Alt+PageUp"];
    Backward "edit.backward" "Send backward" Arrange Selection ["Alt+PageDown"];
    ToBack "edit.to_back" "Send to back" Arrange Selection ["Alt+End"];
    AlignLeft "edit.align_left" "Align left" Arrange Selection ["Alt+Left"];
    AlignRight "edit.align_right" "Align right" Arrange Selection ["Alt+Right"];
    AlignTop "edit.align_top" "Align top" Arrange Selection ["Alt+Up"];
    AlignBottom "edit.align_bottom" "Align bottom" Arrange Selection ["Alt+Down"];
    AlignCenter "edit.align_center" "Align centres across" Arrange Selection [];
    AlignMiddle "edit.align_middle" "Align middles" Arrange Selection [];
    DistributeAcross "edit.distribute_across" "Distribute across" Arrange Selection ["Alt+Shift+Right"];
    DistributeDown "edit.distribute_down" "Distribute down" Arrange Selection ["Alt+Shift+Down"];
    SkipPoint "edit.skip_point" "The next keypoint is absent" Edit File ["Backtick", "0"];
    RotateLeft "edit.rotate_left" "Rotate left by 1°" Move Selection ["Comma"] repeats;
    RotateRight "edit.rotate_right" "Rotate right by 1°" Move Selection ["Period"] repeats;
    RotateLeft15 "edit.rotate_left_15" "Rotate left by 15°" Move Selection ["Alt+Comma"] repeats;
    RotateRight15 "edit.rotate_right_15" "Rotate right by 15°" Move Selection ["Alt+Period"] repeats;
    Mirror "edit.mirror" "Mirror" Move Selection ["Alt+M"];
    SetDirection "edit.direction" "Set direction: point where it is heading" Shape Selection ["Shift+Z"];
    SwapSides "edit.swap_sides" "Swap left and right keypoints" Shape Selection ["Alt+Shift+M"];
    CompleteKeypoints "edit.complete_keypoints" "Add keypoints that the label got since" Shape Selection [];
    SwapFaces "edit.swap_faces" "Swap front and back of the cuboid" Shape Selection ["Alt+F"];
    NextFace "edit.next_face" "Make the next side of the cuboid its front" Shape Selection ["Alt+Shift+F"];
    ToBox "convert.box" "Convert to boxes" Convert Selection ["Ctrl+Alt+B"];
    ToRotatedBox "convert.rotated_box" "Convert to rotated boxes" Convert Selection ["Ctrl+Alt+R"];
    ToPolygon "convert.polygon" "Convert to polygons" Convert Selection ["Ctrl+Alt+P"];
    ToPolyline "convert.polyline" "Convert to polylines" Convert Selection ["Ctrl+Alt+L"];
    ToEllipse "convert.ellipse" "Convert to ellipses" Convert Selection ["Ctrl+Alt+E"];
    ToMask "convert.mask" "Convert to masks" Convert Selection ["Ctrl+Alt+M"];
    ToPoint "convert.point" "Convert to points" Convert Selection [];
    AreaUnion "area.union" "Unite the selected areas" Border Selection ["Alt+J"];
    AreaSubtract "area.subtract" "Subtract the others from the first selected" Border Selection ["Alt+X"];
    AreaIntersect "area.intersect" "Intersect the selected areas" Border Selection ["Alt+N"];
    AreaExclude "area.exclude" "Exclude what the selected areas share" Border Selection ["Alt+Shift+X"];
    AreaGrow "area.grow" "Grow by 1 pixel" Border Selection ["Alt+Equals"] repeats;
    AreaShrink "area.shrink" "Shrink by 1 pixel" Border Selection ["Alt+Minus"] repeats;
    AreaBorder "area.border" "Simplify, smooth or grow…" Border Selection ["Alt+L"];
    Coverage "area.coverage" "Check coverage: gaps, overlaps, what is left…" Border File ["Alt+Shift+C"];
    AreaSmooth "area.smooth" "Smooth the border" Border Selection ["Alt+W"];
    AreaCurve "area.curve" "Bend all edges to curves" Border Selection ["Alt+Shift+W"];
    AreaStart "area.start" "Start point at the pointer" Border Selection ["Alt+Q"];
    AreaReverse "area.reverse" "Reverse the direction" Border Selection ["Alt+Y"];
    AreaSplitParts "area.split_parts" "Split parts into instances" Border Selection ["Alt+Shift+J"];
    AreaMergeParts "area.merge_parts" "Merge instances as parts" Border Selection ["Alt+Shift+N"];
    LineJoin "line.join" "Join two lines" Border Selection ["Ctrl+J"];
    LineSplit "line.split" "Split the line at the pointer" Border Selection ["Ctrl+Shift+J"];
    LineClose "line.close" "Close the line to a polygon, or open it" Border Selection ["Alt+Z"];
    BendEdge "edit.bend" "Straight or curved: the edge under the pointer" Border File ["Semicolon"];
    CursorClick "edit.click" "Click at the keyboard cursor" Edit File ["C"];

    ToolSelect "tool.select" "Select and edit" Tools Project ["V"];
    ToolBox "tool.box" "Box" Tools Project ["B"];
    ToolRotatedBox "tool.rotated_box" "Rotated box" Tools Project ["Shift+B"];
    ToolPolygon "tool.polygon" "Polygon" Tools Project ["P"];
    ToolStamp "tool.stamp" "Stamp the selected shape" Tools Project ["Alt+S"];
    ToolEllipse "tool.ellipse" "Ellipse and circle" Tools Project ["O"];
    ToolCuboid "tool.cuboid" "Cuboid" Tools Project ["U"];
    ToolKeypoints "tool.keypoints" "Keypoints" Tools Project ["J"];
    ToolPoint "tool.point" "Point" Tools Project ["Shift+O"];
    ToolBrush "tool.brush" "Brush" Tools Project ["R"];
    ToolWand "tool.wand" "Wand: area of a colour" Tools Project ["W"];
    ToolScissors "tool.scissors" "Scissors: along edges" Tools Project ["Y"];
    BrushErase "brush.erase" "Brush: erase or paint" Drawing Project ["Shift+E"];
    BrushLasso "brush.lasso" "Brush: inside a line, or along the way" Drawing Project ["Shift+L"];
    BrushFill "brush.fill" "Brush: fill holes by click, or paint" Drawing Project ["Shift+F"];
    BrushLarger "brush.larger" "Larger brush, or more tolerance" Drawing Project ["CloseBracket"] repeats;
    BrushSmaller "brush.smaller" "Smaller brush, or less tolerance" Drawing Project ["OpenBracket"] repeats;
    MaskOverlap "mask.overlap" "Masks: free, under or over others" Drawing Project ["Shift+U"];
    FillHoles "mask.fill_holes" "Fill all holes of the masks" Border Selection ["Alt+H"];
    Despeckle "mask.despeckle" "Remove specks of the masks" Border Selection ["Alt+K"];
    TagVideo "tool.tag_video" "Tag the whole video…" Tools Video ["Alt+Shift+T"];
    Tag "tool.tag" "Tag the frame…" Tools File ["Shift+T"];
    ToolPolyline "tool.polyline" "Polyline" Tools Project ["Shift+P"];
    ToolSlice "tool.slice" "Slice" Tools Project ["T", "Shift+X"];
    Combine "path.combine" "Drawn areas: new, add, subtract, intersect, reshape" Drawing Project ["Alt+E"];
    AutoBorder "path.auto_border" "Follow borders of others while drawing" Drawing Project ["Alt+B"];
    DrawOver "path.draw_over" "Draw over others: cut to their borders" Drawing Project ["Alt+Shift+B"];
    DragDraws "path.drag" "What a drag draws: a point, a side, freehand" Drawing Project ["Alt+Shift+D"];
    Linked "path.linked" "Move shared points of borders together" Drawing Project ["Alt+Shift+L"];
    ToolMeasure "tool.measure" "Measure" Tools Project ["M"];

    Label1 "label.1" "Label 1" Label Project ["1"];
    Label2 "label.2" "Label 2" Label Project ["2"];
    Label3 "label.3" "Label 3" Label Project ["3"];
    Label4 "label.4" "Label 4" Label Project ["4"];
    Label5 "label.5" "Label 5" Label Project ["5"];
    Label6 "label.6" "Label 6" Label Project ["6"];
    Label7 "label.7" "Label 7" Label Project ["7"];
    Label8 "label.8" "Label 8" Label Project ["8"];
    Label9 "label.9" "Label 9" Label Project ["9"];
    EditSchema "label.schema" "Edit schema…" Label Project ["Ctrl+Shift+E"];
    EditTemplate "label.keypoints" "Keypoints of the label…" Label Project ["Shift+J"];
    GoodExample "label.good_example" "Add to the label's guide as a good example" Label Selection [];
    BadExample "label.bad_example" "Add to the label's guide as a bad example" Label Selection [];
    AskLabel "label.ask" "Choose a label…" Label Project ["L"];
    Hide "instance.hide" "Hide or show the selected" Label Selection ["H"];
    HideOthers "instance.hide_all" "Hide or show all" Label File ["Shift+H"];
    Lock "instance.lock" "Lock or unlock the selected" Label Selection ["Ctrl+L"];
    UnlockAll "instance.unlock_all" "Unlock all" Label File ["Ctrl+Shift+L"];

    Isolate "instance.isolate" "Dim all but the selected" Label File ["Slash"];
    MarkIgnore "mark.ignore" "Ignore this area" Marks Selection ["Alt+I"];
    MarkCrowd "mark.crowd" "Crowd" Marks Selection ["Alt+C"];
    MarkOccluded "mark.occluded" "Occluded" Marks Selection ["Alt+O"];
    MarkTruncated "mark.truncated" "Truncated" Marks Selection ["Alt+T"];
    MarkDifficult "mark.difficult" "Difficult" Marks Selection ["Alt+D"];
    NothingHere "mark.nothing_here" "Nothing of this label here, or that is not said" Marks File [];
    NextOpen "mark.next_open" "Next instance with an open question" Marks File ["Alt+Shift+Q"];
    AskInstances "mark.ask" "Answer questions, shape by shape" Marks File ["F7"];
    AskAttribute "mark.ask_one" "Answer one question for all shapes" Marks File ["Shift+F7"];
    AskPointing "mark.ask_pointing" "Answer one question by pointing" Marks File ["Ctrl+F7"];
    MarkUnsure "mark.unsure" "Unsure, with a note…" Marks Selection ["Alt+U"];
    MarkVisible "mark.visible" "Visible per cent…" Marks Selection ["Alt+V"];
    Problems "check.problems" "Problems: what breaks a rule…" Marks File ["F3"];
    NextProblem "check.next" "Next problem" Marks File ["F4"] repeats;
    PreviousProblem "check.previous" "Previous problem" Marks File ["Shift+F4"] repeats;
    Pin "mark.pinned" "Pinned: not moved as a whole" Marks Selection ["Alt+P"];

    Next "go.next" "Next frame, or next file" Go File ["D"] repeats;
    Previous "go.previous" "Previous frame, or previous file" Go File ["A"] repeats;
    NextFile "go.next_file" "Next file" Go Project ["PageDown", "Shift+D"] repeats;
    PreviousFile "go.previous_file" "Previous file" Go Project ["PageUp", "Shift+A"] repeats;
    Complete "go.complete" "Mark the file complete, or open again" Go File ["X"];
    CompleteAndNext "go.complete_next" "Complete, and next file" Go File ["Shift+Enter"];
    LookedToHere "go.looked_to_here" "Frames up to here are looked through" Go Video ["Ctrl+Shift+X"];
    NotLookedFromHere "go.not_looked" "From here on to be looked through again" Go Video ["Ctrl+Alt+X"];
    NextUnlooked "go.next_unlooked" "Next frame to be looked through" Go Video ["Ctrl+PageDown"];
    FirstFrame "go.first_frame" "First frame" Go Video ["Home"];
    LastFrame "go.last_frame" "Last frame" Go Video ["End"];
    Forward10 "go.forward_10" "10 frames forward" Go Video ["E"] repeats;
    Back10 "go.back_10" "10 frames back" Go Video ["Q"] repeats;
    WorkFrames "go.work_frames" "Work frames…" Go Video ["Ctrl+Shift+W"];
    NextWork "go.next_work" "Next work frame" Go Video ["Ctrl+Period"] repeats;
    PreviousWork "go.previous_work" "Previous work frame" Go Video ["Ctrl+Comma"] repeats;
    OneForward "go.one_forward" "One frame forward, whatever steps go by" Go Video ["Ctrl+Shift+D"] repeats;
    OneBack "go.one_back" "One frame back, whatever steps go by" Go Video ["Ctrl+Shift+A"] repeats;
    WorkSteps "go.work_steps" "Steps go by work frames, or by all frames" Go Video ["Ctrl+Shift+S"];
    Cameras "go.cameras" "Cameras: videos that go together…" Go Video ["Ctrl+F8"];
    NextCamera "camera.next" "Next camera, at the same moment" Go Video ["F12"];
    PreviousCamera "camera.previous" "Previous camera, at the same moment" Go Video ["Shift+F12"];
    SameMoment "camera.moment" "The same moment: this frame, and again that of another video" Go Video ["Ctrl+Alt+J"];
    GoToFrame "go.frame" "Go to frame…" Go Video ["G"];
    Play "go.play" "Play or pause" Go Video ["K"];
    PlayBackward "go.play_backward" "Play backward, or pause" Go Video ["Shift+K"];
    Faster "go.faster" "Play faster" Go Video ["Shift+Period"];
    Slower "go.slower" "Play slower" Go Video ["Shift+Comma"];
    PlayStops "go.play_stops" "Play all frames, keyframes, work frames, what differs" Go Video ["Ctrl+Shift+K"];
    NormalSpeed "go.normal_speed" "Play at normal speed" Go Video ["Shift+Slash"];

    DrawSequences "sequence.draw" "What is drawn goes on through the frames, or is of one frame" Sequence Video ["Shift+G"];
    ToSequence "sequence.make" "Make sequences of the selected" Sequence Selection ["Shift+V"];
    Keyframe "sequence.keyframe" "Keyframe here: make or remove" Sequence Video ["Backslash"];
    Outside "sequence.outside" "Out of the picture from here on, or back" Sequence Video ["Quote"];
    NextKeyframe "sequence.next_keyframe" "Next keyframe" Sequence Video ["Ctrl+Right"] repeats;
    PreviousKeyframe "sequence.previous_keyframe" "Previous keyframe" Sequence Video ["Ctrl+Left"] repeats;
    TakePrevious "sequence.take_previous" "As at its keyframe before" Sequence Video ["Ctrl+Up"];
    TakeNext "sequence.take_next" "As at its next keyframe" Sequence Video ["Ctrl+Down"];
    StartHere "sequence.start" "It starts here" Sequence Video ["Shift+Backslash"];
    EndHere "sequence.end" "This is its last frame, or it goes on" Sequence Video ["Shift+Quote"];
    SplitSequence "sequence.split" "Split here: a sequence of its own from here on" Sequence Video ["Shift+R"];
    MergeSequences "sequence.merge" "Merge with the next one that is asked for" Sequence Video ["Shift+W"];
    SwapSequences "sequence.swap" "Exchange the two selected from here on" Sequence Video ["Alt+Shift+Z"];
    LabelFromHere "sequence.label_rest" "Another label from here on…" Sequence Video ["Alt+Shift+A"];
    Identify "sequence.identify" "Which one is it? Mend its identity from here on…" Sequence Video ["Alt+Shift+I"];
    SameObject "sequence.same" "Same object as one in another camera or clip…" Sequence Video ["Alt+Shift+O"];
    NotSame "sequence.not_same" "Not the same object as others any more" Sequence Video ["Ctrl+Alt+U"];
    TakeIdentity "camera.in_hand" "Take its identity in hand for the other cameras, or put it down" Sequence Video ["Alt+Shift+H"];
    NameSequence "sequence.name" "Name of the sequence…" Sequence Video ["Shift+F2"];
    CopyStretch "sequence.copy" "Copy keyframes: from this frame, and again: to this frame" Sequence Video ["Alt+Shift+K"];
    PasteStretch "sequence.paste" "Paste the copied keyframes, beginning here" Sequence Video ["Alt+Shift+V"];
    Stitch "sequence.stitch" "Stitch sequences of clips that overlap…" Sequence Video [];
    Motion "sequence.motion" "Between keyframes: straight, smooth, still" Sequence Video ["Shift+I"];
    MatchVertices "sequence.match" "Match vertices to those of the next keyframe" Sequence Video ["Ctrl+M"];
    MatchReverse "sequence.match_reverse" "Match vertices the other way round" Sequence Video ["Ctrl+Shift+M"];
    MatchClear "sequence.match_clear" "Let vertices match by themselves" Sequence Video ["Ctrl+Alt+Shift+M"];
    DeleteFromHere "sequence.delete_rest" "Delete from here on" Sequence Video ["Alt+Delete"];
    DeleteSequence "sequence.delete" "Delete on all frames" Sequence Video ["Shift+Delete"];

    Approve "review.approve" "Approve the selected, and on to the next" Review File ["Ctrl+Enter"];
    OpenIssue "review.issue" "Return with a comment: an issue about the selected…" Review File ["Alt+Enter"];
    NextIssue "review.next" "Next open issue" Review File ["F5"] repeats;
    PreviousIssue "review.previous" "Last open issue" Review File ["Shift+F5"] repeats;
    ResolveIssue "review.resolve" "Resolve the issue, or open it again" Review File ["Ctrl+Shift+Enter"];
    Compare "review.compare" "What is different from a named state, or from what somebody left" Review File ["Alt+Shift+U"];

    ToggleEvent "event.toggle" "An event begins here, or ends here" Event Video ["Insert", "Shift+Semicolon"];
    BeginEvent "event.begin" "Another event begins here" Event Video ["Ctrl+Semicolon"];
    EventHere "event.here" "An event at this frame alone" Event Video ["Alt+Semicolon"];
    SelectEvent "event.select" "Select the event at this frame, or the next of them" Event Video ["Alt+Shift+E"];
    EventStart "event.start" "The selected event starts here" Event Video ["Shift+OpenBracket"];
    EventEnd "event.end" "The selected event ends here" Event Video ["Shift+CloseBracket"];
    NextEventEnd "event.next" "Next frame where an event begins or ends" Event Video ["Ctrl+CloseBracket"] repeats;
    PreviousEventEnd "event.previous" "Last frame where an event begins or ends" Event Video ["Ctrl+OpenBracket"] repeats;
    TakePart "event.take_part" "The selected take part in the event as…" Event Video ["Alt+Shift+P"];
    SplitEvent "event.split" "Split the event: another one from here on" Event Video ["Alt+Shift+Semicolon"];
    DeleteEvent "event.delete" "Delete the event" Event Video [];

    TrackForward "sequence.track_forward" "Track forwards: let the picture carry it" Sequence Video ["Ctrl+Shift+Right"];
    TrackBackward "sequence.track_backward" "Track backwards" Sequence Video ["Ctrl+Shift+Left"];
    WorstTracked "sequence.worst_tracked" "Worst tracked frame, or the next worst" Sequence Video ["Ctrl+Shift+Down"];
    CheckSequences "sequence.check" "Sequences in doubt: jumps, exchanges, doubles…" Sequence Video ["Alt+Shift+S"];
    Ghosts "view.ghosts" "Ghosts: where the selected are at the keyframes before and behind" View Video ["Alt+Shift+G"];
    SideBySide "camera.side_by_side" "Cameras side by side, or one alone" View Video ["Shift+F8"];
    SequenceColors "view.sequence_colors" "Colours: of labels, or of each sequence" View Video ["Shift+Q"];
    FilterLanes "view.filter_lanes" "Find a sequence in the lanes" View Video ["Ctrl+Shift+F"];
    Lanes "view.lanes" "Show or hide the lanes of sequences" View Video [];
    KeyframeStrip "view.keyframe_strip" "Show or hide the pictures of keyframes" View Video [];

    ZoomIn "view.zoom_in" "Zoom in" View File ["Ctrl+Plus", "Ctrl+Equals", "Plus", "Equals"] repeats;
    ZoomOut "view.zoom_out" "Zoom out" View File ["Ctrl+Minus", "Minus"] repeats;
    Fit "view.fit" "Fit the picture" View File ["F", "Ctrl+0"];
    OneToOne "view.one_to_one" "One picture pixel per screen pixel" View File ["Z", "Ctrl+1"];
    FitSelection "view.fit_selection" "Zoom to the selected" View Selection ["S"];
    Adjust "view.adjust" "Brightness, contrast, channels" View File ["I"];
    Panels "view.panels" "Show only the picture" View Always ["F8"];
    Strip "view.strip" "Show or hide the video's thumbnails" View Video [];
    MakeProxy "view.make_proxy" "Make a stepping proxy of the video" View Video [];
    DeleteProxy "view.delete_proxy" "Delete the video's stepping proxy" View Video [];
    NextPane "view.next_pane" "Keyboard to the next panel" View Always ["F6"];
    Theme "view.theme" "Light or dark" View Always ["F9"];
    Larger "view.larger" "Larger interface" View Always ["Ctrl+Alt+Plus", "Ctrl+Alt+Equals"];
    Smaller "view.smaller" "Smaller interface" View Always ["Ctrl+Alt+Minus"];
    FullScreen "view.full_screen" "Full screen" View Always ["F11"];
    RestartGraphics "view.restart_graphics" "Start the graphics anew" View Always [];

    Snap "aid.snap" "Snap to points, borders and the image's edge" View File ["Shift+S"];
    SnapAngles "aid.snap_angles" "Snap lines to 15°" View File ["Alt+A"];
    Crosshair "aid.crosshair" "Crosshair" View File ["Shift+C"];
    Magnifier "aid.magnifier" "Magnifier at the pointer" View File ["Shift+M"];
    Rulers "aid.rulers" "Rulers and guides" View File ["Ctrl+R"];
    Guide "view.guide" "Guide of the label" View Project ["F10"];
    History "view.history" "History of the selected, or of the file" View File ["Ctrl+H"];

    Palette "help.palette" "Command palette" Help Always ["Ctrl+K"];
    Keys "help.keys" "Keys" Help Always ["F1"];
    Tour "help.tour" "Tour" Help Always [];
    Manual "help.manual" "Manual" Help Always ["Shift+F1"];
    About "help.about" "About Limn" Help Always [];
}

impl Command {
    /// What is known of it.
    pub fn info(self) -> &'static CommandInfo {
        // The table is written by the same macro in the same order.
        &COMMANDS[self as usize]
    }

    /// The command of this id.
    pub fn from_id(id: &str) -> Option<Self> {
        COMMANDS.iter().find(|info| info.id == id).map(|info| info.command)
    }

    /// 1 to 9 for the commands that choose a label by key.
    pub fn label_digit(self) -> Option<char> {
        self.info().id.strip_prefix("label.").and_then(|digit| digit.parse().ok()).filter(char::is_ascii_digit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        for (at, info) in COMMANDS.iter().enumerate() {
            assert_eq!(info.command as usize, at);
            assert_eq!(Command::from_id(info.id), Some(info.command), "{} stands twice", info.id);
        }
        assert_eq!(Command::Label7.label_digit(), Some('7'));
        assert_eq!(Command::AskLabel.label_digit(), None);
    }
}
