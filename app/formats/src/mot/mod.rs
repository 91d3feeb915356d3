//! MOT Challenge: boxes of objects, a row for each object and frame.
//!
//! ```text
//! a/seqinfo.ini       [Sequence]  name=a  imDir=img1  frameRate=25  seqLength=600  imWidth=1920  imHeight=1080  imExt=.jpg
//! a/gt/gt.txt         frame,id,left,top,width,height,considered,class,visibility
//! a/gt/labels.txt     the name of class 1, of class 2, …
//! a/det/det.txt       frame,-1,left,top,width,height,confidence,-1,-1,-1
//! ```
//!
//! Frames, ids, classes and places count from 1: the left upper corner of the picture is 1,1. A frame without a row is one on which
//! the object is not there. A row whose flag "considered" is 0 is one that nobody is scored on: it has the role "ignore". The
//! visibility is the visible share, in whole per cent; 1 is no mark. Rows of ten columns are detections or results: the seventh is
//! the confidence, and there is no class; those with id -1 belong to no object.
//!
//! Numbers are written with at most six decimals. A path is that of the rows or of the folder of the sequence.

mod read;
mod write;

pub(crate) use read::import;
pub(crate) use write::export;

const FORMAT: &str = "MOT";
