//! Marks of the selection: role, flags, painting order, group.

use crate::editor::Editor;
use crate::effect::Effect;
use limn_core::log::{Change, InstanceSet, kind};
use limn_core::marks::MarkSet;
use limn_core::{GroupId, Instance, InstanceId, Mark, Relation, Role};

/// Something that is marked or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toggle {
    Role(Role),
    Occluded,
    Truncated,
    Difficult,
    Pinned,
    Unsure,
}

impl Toggle {
    fn is_on(self, marks: &MarkSet) -> bool {
        match self {
            Self::Role(role) => marks.role == role,
            Self::Occluded => marks.occluded,
            Self::Truncated => marks.truncated,
            Self::Difficult => marks.difficult,
            Self::Pinned => marks.pinned,
            Self::Unsure => marks.unsure.is_some(),
        }
    }

    fn mark(self, on: bool) -> Mark {
        match self {
            Self::Role(role) => Mark::Role(if on { role } else { Role::Object }),
            Self::Occluded => Mark::Occluded(on),
            Self::Truncated => Mark::Truncated(on),
            Self::Difficult => Mark::Difficult(on),
            Self::Pinned => Mark::Pinned(on),
            Self::Unsure => Mark::Unsure(on.then(String::new)),
        }
    }

    fn title(self, on: bool) -> String {
        let name = match self {
            Self::Role(role) => role.as_str(),
            Self::Occluded => "occluded",
            Self::Truncated => "truncated",
            Self::Difficult => "difficult",
            Self::Pinned => "pinned",
            Self::Unsure => "unsure",
        };
        if on { format!("Mark {name}") } else { format!("Not {name}") }
    }
}

/// Where in the painting order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Front,
    Forward,
    Backward,
    Back,
}

impl Editor {
    /// Marks the selection; what is marked already on all of it is taken off.
    pub(crate) fn toggle_mark(&mut self, toggle: Toggle, out: &mut Vec<Effect>) {
        let on = !self.chosen().all(|instance| toggle.is_on(&instance.marks));
        let ids: Vec<InstanceId> = self.chosen().map(|instance| instance.id).collect();
        self.set_mark(&toggle.title(on), &ids, &toggle.mark(on), out);
    }

    /// Sets one mark of instances that are not locked: one step, which changes what differs.
    pub(crate) fn set_mark(&mut self, title: &str, ids: &[InstanceId], mark: &Mark, out: &mut Vec<Effect>) {
        let differs = |instance: &&Instance| {
            let mut marks = instance.marks.clone();
            marks.set(mark.clone()) != *mark && !self.locked.contains(&instance.id)
        };
        let instances = ids.iter().filter_map(|id| self.document.get(*id)).filter(differs);
        let changes = instances.map(|instance| set(instance.id, mark.clone())).collect();
        self.commit(kind::EDIT, title, changes, out);
    }

    /// Moves the selection in the painting order. Those that are moved keep their order among each other.
    pub(crate) fn reorder(&mut self, order: Order, out: &mut Vec<Effect>) {
        let chosen = |instance: &&Instance| !self.selection.contains(&instance.id);
        let others = self.document.instances().iter().filter(chosen).map(|instance| instance.marks.order);
        let (lowest, highest) = others.fold((0, 0), |(low, high), order: i32| (low.min(order), high.max(order)));
        let mut moved: Vec<(i32, InstanceId)> = self.chosen().map(|instance| (instance.marks.order, instance.id)).collect();
        moved.sort_unstable();
        let count = moved.len() as i32;
        let first = match order {
            Order::Front => highest.saturating_add(1),
            Order::Back => lowest.saturating_sub(count),
            Order::Forward | Order::Backward => 0,
        };
        let place = |(at, (before, id)): (usize, (i32, InstanceId))| {
            let new = match order {
                Order::Front | Order::Back => first.saturating_add(at as i32),
                Order::Forward => before.saturating_add(1),
                Order::Backward => before.saturating_sub(1),
            };
            (new != before).then(|| set(id, Mark::Order(new)))
        };
        let changes = moved.into_iter().enumerate().filter_map(place).collect();
        let title = match order {
            Order::Front => "Bring to front",
            Order::Forward => "Bring forward",
            Order::Backward => "Send backward",
            Order::Back => "Send to back",
        };
        self.commit(kind::EDIT, title, changes, out);
    }

    /// Makes the selection one group.
    pub(crate) fn group(&mut self, out: &mut Vec<Effect>) {
        if self.selection.len() > 1 {
            let group = GroupId(self.ids.instance(self.now).0);
            let selection = self.selection.clone();
            self.set_mark("Group", &selection, &Mark::Group(Some(group)), out);
        }
    }

    pub(crate) fn ungroup(&mut self, out: &mut Vec<Effect>) {
        let selection = self.selection.clone();
        self.set_mark("Ungroup", &selection, &Mark::Group(None), out);
    }

    /// Links the instance that was selected first to the others.
    pub(crate) fn relate(&mut self, kind_of_link: &str, out: &mut Vec<Effect>) {
        let Some((first, others)) = self.selection.split_first() else { return };
        let Some(from) = self.document.get(*first) else { return };
        let mut relations = from.marks.relations.clone();
        for to in others {
            let relation = Relation { kind: kind_of_link.to_owned(), to: *to };
            if !relations.contains(&relation) {
                relations.push(relation);
            }
        }
        let first = *first;
        self.set_mark("Relate", &[first], &Mark::Relations(relations), out);
    }

    /// Takes away the links among the selected; of one alone, all that leave or reach it.
    pub(crate) fn unrelate(&mut self, out: &mut Vec<Effect>) {
        let chosen = |id: InstanceId| self.selection.contains(&id);
        let alone = self.selection.len() == 1;
        let goes = |from: InstanceId, to: InstanceId| if alone { chosen(from) || chosen(to) } else { chosen(from) && chosen(to) };
        let mut changes = Vec::new();
        for instance in self.related.iter().filter(|id| !self.locked.contains(id)).filter_map(|id| self.document.get(*id)) {
            let mut relations = instance.marks.relations.clone();
            relations.retain(|relation| !goes(instance.id, relation.to));
            if relations != instance.marks.relations {
                changes.push(set(instance.id, Mark::Relations(relations)));
            }
        }
        self.commit(kind::EDIT, "Remove relations", changes, out);
    }

    /// Selects also what belongs to the groups of the selected.
    pub(crate) fn select_groups(&mut self) {
        let groups: Vec<GroupId> = self.chosen().filter_map(|instance| instance.marks.group).collect();
        let belongs = |instance: &&Instance| instance.marks.group.is_some_and(|group| groups.contains(&group));
        let mut ids = self.selection.clone();
        let more = self.document.instances().iter().filter(belongs).map(|instance| instance.id);
        ids.extend(more.filter(|id| !self.selection.contains(id)));
        self.select(ids);
    }

    /// The selected instances that are not locked.
    pub(crate) fn chosen(&self) -> impl Iterator<Item = &Instance> {
        self.selection.iter().filter(|id| !self.locked.contains(id)).filter_map(|id| self.document.get(*id))
    }
}

fn set(id: InstanceId, mark: Mark) -> Change {
    Change::InstanceSet { id, set: InstanceSet::Mark(mark) }
}
