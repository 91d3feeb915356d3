//! The slice tool, gesture by gesture. Image 200 × 100, 1 px a point unless `px` says otherwise.

mod script;

use script::check;

/// Two boxes side by side, a large one around a small one, a mask and a line.
const SHAPES: &str =
    "a box 10,10 30,30; b box 40,10 60,30; c box 80,10 120,50; d box 90,20 100,30; m mask 130,10 150,30; l line 160,10 160,50";
const CUT_B: &str = "Slice: b box 40,10 60,20 + like b box 40,20 60,30";

#[test]
fn a_line_cuts_the_selected_if_it_touches_them_else_all_that_it_crosses() {
    check(&[
        (SHAPES, "slice: drag 35,20>65,20", CUT_B),
        (SHAPES, "slice: select a drag 35,20>65,20", CUT_B),
        (SHAPES, "slice: select m drag 35,20>65,20", CUT_B),
        (SHAPES, "slice: select l drag 35,20>65,20", CUT_B),
        (SHAPES, "slice: select a,b drag 35,20>65,20", CUT_B),
        // Both are crossed, one is selected.
        (SHAPES, "slice: select b drag 5,20>65,20", CUT_B),
        (SHAPES, "slice: drag 5,20>65,20", "Slice: a box 10,10 30,20, b box 40,10 60,20 + like a box 10,20 30,30 + like b box 40,20 60,30"),
        // The line touches the selected and ends in it, or starts there: nothing else is cut for it.
        (SHAPES, "slice: select c drag 85,25>105,25", ""),
        (SHAPES, "slice: select c drag 85,25>170,25", ""),
        (SHAPES, "slice: drag 85,25>105,25", "Slice: d box 90,20 100,25 + like d box 90,25 100,30"),
        // Nor when the selected is locked.
        (SHAPES, "slice: lock c select c drag 75,25>125,25", ""),
        (SHAPES, "slice: lock b drag 35,20>65,20", ""),
        (SHAPES, "slice: lock b select a drag 35,20>65,20", ""),
        (SHAPES, "slice: select m drag 135,20>170,20", ""),
        (SHAPES, "slice: select l drag 155,20>165,20", "Slice: l line 160,20 160,50 + like l line 160,10 160,20"),
        (SHAPES, "slice: select a press 35,20 move 65,20 esc release 65,20 ?busy", "idle"),
    ]);
}

#[test]
fn the_pieces_are_shown_while_the_line_is_drawn() {
    check(&[
        (SHAPES, "slice: press 35,20 move 65,20 ?readout esc ?readout", "2 pieces; "),
        (SHAPES, "slice: press 5,20 move 65,20 ?readout esc", "2 shapes, 4 pieces"),
        (SHAPES, "slice: press 5,5 move 65,6 ?readout esc", "cuts nothing"),
        // As it will be: the selected alone, nothing that is locked, a line at its ends.
        (SHAPES, "slice: select b press 5,20 move 65,20 ?readout esc", "2 pieces"),
        (SHAPES, "slice: lock b press 35,20 move 65,20 ?readout esc", "cuts nothing"),
        (SHAPES, "slice: press 155,20 move 165,20 ?readout ?handles esc", "2 pieces; 4 handles"),
        (
            SHAPES,
            "slice: press 35,20 move 65,20 ?shapes esc",
            "Drawing closed 40,10 60,10 60,20 40,20 + Drawing closed 40,20 60,20 60,30 40,30 + Tape 35,20 65,20",
        ),
        (SHAPES, "slice: click 35,20 move 65,20 ?readout esc", "2 pieces"),
        (SHAPES, "slice: click 35,20 click 65,20 enter ?readout", &format!("{CUT_B}; ")),
    ]);
}
