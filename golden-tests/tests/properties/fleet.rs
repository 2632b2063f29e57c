//! Drawn fleets, and their changes from one revision to the next. Must not know any command, nor how a fleet is
//! written.

use std::collections::BTreeMap;

use crate::dice::Dice;

/// Cloud, region, zones.
pub const SITES: &[(&str, &str, &[&str])] = &[
    ("aws", "us-east-2", &["use2-az1", "use2-az2", "use2-az3"]),
    ("aws", "us-west-2", &["usw2-az1", "usw2-az2", "usw2-az3"]),
    ("second", "us-east-1", &["use1-az1", "use1-az2", "use1-az4"]),
];
/// Accelerator, shape of eight.
pub const MODELS: &[(&str, &str)] =
    &[("nvidia-h100", "p5.48xlarge"), ("nvidia-h200", "p5en.48xlarge"), ("nvidia-b200", "p6-b200.48xlarge")];
pub const AMIS: &[&str] = &["ami-0f3c8e2d41b7a9650", "ami-0b7d4f1e92c3a5860", "ami-0c1d2e3f405162738"];
const WORDS: &[&str] = &["ash", "birch", "cedar", "elm", "fir", "hazel", "larch", "oak"];
const KEYS: &[&str] = &["a", "b-2", "east side", "z.9"];

pub type Labels = BTreeMap<String, String>;

#[derive(Clone, Debug)]
pub struct Network {
    pub cidr: String,
    pub labels: Labels,
}

#[derive(Clone, Debug)]
pub struct Capacity {
    pub owned: bool,
    pub site: usize,
    pub zone: String,
    pub model: usize,
    pub nodes: u64,
    /// Granted: how many ids; 0: a group.
    pub ids: u64,
}

#[derive(Clone, Debug)]
pub struct Choice {
    pub site: usize,
    pub zones: Vec<String>,
    pub capacities: Vec<String>,
    /// `on_demand`, `spot`, or nothing beside the capacity.
    pub market: Option<&'static str>,
    pub most: Option<u64>,
}

#[derive(Clone, Debug)]
pub struct Pool {
    pub training: bool,
    pub model: usize,
    pub image: String,
    pub network: Option<String>,
    pub labels: Labels,
    /// Keys and nodes; none: one pool of `nodes`.
    pub each: BTreeMap<String, u64>,
    pub nodes: u64,
    pub group_nodes: Option<u64>,
    pub autoscaler: bool,
    pub spares: bool,
    pub rdma: bool,
    pub hold: bool,
    pub options: Vec<Choice>,
}

/// Native resources that hang together.
#[derive(Clone, Debug)]
pub struct Stack {
    pub site: usize,
    pub octet: u64,
    pub subnets: BTreeMap<String, u64>,
    pub tags: Labels,
    pub ports: Vec<u64>,
    pub buckets: BTreeMap<String, bool>,
    pub description: u64,
    pub template: Option<usize>,
    pub retain: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Fleet {
    pub images: BTreeMap<String, usize>,
    pub networks: BTreeMap<String, Network>,
    pub capacities: BTreeMap<String, Capacity>,
    pub pools: BTreeMap<String, Pool>,
    pub stacks: BTreeMap<String, Stack>,
    pub moved: Vec<(String, String)>,
}

fn labels(dice: &mut Dice) -> Labels {
    let keys = ["team", "cost-center", "stage", "owner:mail"];
    let values = ["serving", "research", "a b", "x=1", "ü"];
    (0..dice.below(3)).map(|_| ((*dice.pick(&keys)).to_owned(), (*dice.pick(&values)).to_owned())).collect()
}

fn each(dice: &mut Dice, most: u64) -> BTreeMap<String, u64> {
    let keys = dice.some(KEYS);
    keys.into_iter().map(|key| (key.to_owned(), dice.between(1, most))).collect()
}

fn capacity(dice: &mut Dice) -> Capacity {
    let site = dice.below(SITES.len());
    Capacity {
        owned: dice.chance(50),
        site,
        zone: (*dice.pick(SITES[site].2)).to_owned(),
        model: dice.below(MODELS.len()),
        nodes: dice.between(2, 12),
        ids: dice.between(0, 3),
    }
}

fn stack(dice: &mut Dice) -> Stack {
    Stack {
        site: dice.below(SITES.len()),
        octet: dice.between(100, 120),
        subnets: each(dice, 200),
        tags: labels(dice),
        ports: (0..dice.below(4)).map(|_| dice.between(1, 4000)).collect(),
        buckets: each(dice, 9).into_keys().map(|key| (key, dice.chance(50))).collect(),
        description: dice.between(0, 2),
        template: dice.chance(50).then(|| dice.below(AMIS.len())),
        retain: dice.chance(20),
    }
}

impl Fleet {
    pub fn draw(dice: &mut Dice) -> Self {
        let mut fleet = Self::default();
        for name in ["one", "two"] {
            fleet.images.insert(name.to_owned(), dice.below(AMIS.len()));
        }
        for _ in 0..dice.below(3) {
            fleet.add_network(dice);
        }
        for _ in 0..dice.below(3) {
            fleet.add_capacity(dice);
        }
        for _ in 0..=dice.below(3) {
            fleet.add_pool(dice);
        }
        for _ in 0..dice.below(3) {
            fleet.add_stack(dice);
        }
        fleet
    }

    fn add_network(&mut self, dice: &mut Dice) {
        let network = Network { cidr: format!("10.{}.0.0/16", dice.between(0, 90)), labels: labels(dice) };
        self.networks.insert((*dice.pick(WORDS)).to_owned(), network);
    }

    fn add_capacity(&mut self, dice: &mut Dice) {
        let drawn = capacity(dice);
        self.capacities.entry((*dice.pick(WORDS)).to_owned()).or_insert(drawn);
    }

    fn add_stack(&mut self, dice: &mut Dice) {
        let drawn = stack(dice);
        self.stacks.entry((*dice.pick(WORDS)).to_owned()).or_insert(drawn);
    }

    pub fn add_pool(&mut self, dice: &mut Dice) {
        let drawn = self.pool(dice);
        self.pools.entry((*dice.pick(WORDS)).to_owned()).or_insert(drawn);
    }

    /// Always one that can be placed: the last option buys all the rest.
    fn pool(&self, dice: &mut Dice) -> Pool {
        let model = dice.below(MODELS.len());
        let mut options: Vec<Choice> = (0..dice.below(3)).map(|_| self.choice(model, dice)).collect();
        let mut last = self.choice(model, dice);
        (last.market, last.most) = (Some(if dice.chance(70) { "on_demand" } else { "spot" }), None);
        options.push(last);
        let networks: Vec<&String> = self.networks.keys().collect();
        let images: Vec<&String> = self.images.keys().collect();
        Pool {
            training: dice.chance(40),
            model,
            image: (*dice.pick(&images)).clone(),
            network: (!networks.is_empty() && dice.chance(60)).then(|| (*dice.pick(&networks)).clone()),
            labels: labels(dice),
            each: if dice.chance(30) { each(dice, 6) } else { BTreeMap::new() },
            nodes: dice.between(1, 14),
            group_nodes: dice.chance(40).then(|| dice.between(1, 5)),
            autoscaler: dice.chance(15),
            spares: dice.chance(20),
            rdma: dice.chance(30),
            hold: dice.chance(30),
            options,
        }
    }

    fn choice(&self, model: usize, dice: &mut Dice) -> Choice {
        let mut site = dice.below(SITES.len());
        let fitting: Vec<&String> =
            self.capacities.iter().filter(|(_, c)| c.model == model).map(|(name, _)| name).collect();
        let mut capacities = Vec::new();
        let mut zones = if dice.chance(60) { dice.some(SITES[site].2) } else { Vec::new() };
        if !fitting.is_empty() && dice.chance(70) {
            let name = *dice.pick(&fitting);
            let capacity = &self.capacities[name];
            (site, zones) = (capacity.site, Vec::new());
            capacities.push(name.clone());
            for (other, more) in &self.capacities {
                if other != name && more.model == model && more.site == site && dice.chance(50) {
                    capacities.push(other.clone());
                }
            }
        }
        let market = if capacities.is_empty() || dice.chance(50) {
            Some(if dice.chance(70) { "on_demand" } else { "spot" })
        } else {
            None
        };
        let most = (market.is_some() && dice.chance(30)).then(|| dice.between(1, 5));
        Choice { site, zones: zones.into_iter().map(str::to_owned).collect(), capacities, market, most }
    }

    /// Changes the fleet in one way, and says which.
    pub fn change(&mut self, dice: &mut Dice) -> String {
        // A rename is of the revision that makes it.
        let pool = self.pools.keys().nth(dice.below(self.pools.len())).cloned();
        let stack = self.stacks.keys().nth(dice.below(self.stacks.len())).cloned();
        match (dice.below(26), pool, stack) {
            (0..=1, _, _) => {
                self.add_pool(dice);
                "a pool more".to_owned()
            }
            (2, Some(name), _) => {
                self.pools.remove(&name);
                format!("pool {name} dropped")
            }
            (3..=4, Some(name), _) => self.rename(&name, dice),
            (5, _, Some(name)) => self.rename_stack(&name, dice),
            (6, _, _) => {
                self.add_stack(dice);
                "a stack more".to_owned()
            }
            (7, _, Some(name)) => {
                self.stacks.remove(&name);
                format!("stack {name} dropped")
            }
            (8, _, _) => {
                for ami in self.images.values_mut() {
                    *ami = dice.below(AMIS.len());
                }
                "other images".to_owned()
            }
            (9, _, _) => match self.networks.iter_mut().next() {
                Some((name, network)) => {
                    network.cidr = format!("10.{}.0.0/16", dice.between(0, 90));
                    format!("network {name} with another CIDR")
                }
                None => "nothing".to_owned(),
            },
            (10, _, _) => match self.networks.iter_mut().next_back() {
                Some((name, network)) => {
                    network.labels = labels(dice);
                    format!("network {name} with other labels")
                }
                None => "nothing".to_owned(),
            },
            (11, _, _) => match self.capacities.iter_mut().next() {
                Some((name, capacity)) => {
                    capacity.nodes = dice.between(2, 12);
                    format!("capacity {name} with other nodes")
                }
                None => "nothing".to_owned(),
            },
            (12, _, _) if dice.chance(50) => self.drop_capacity(),
            (12, _, _) => self.rename_network(dice),
            (13, _, _) => {
                self.add_capacity(dice);
                "a capacity more".to_owned()
            }
            (14..=18, _, Some(name)) => {
                let stack = self.stacks.get_mut(&name).expect("drawn from them");
                change_stack(stack, dice);
                format!("stack {name} changed")
            }
            (_, Some(name), _) => {
                let other = self.pool(dice);
                let pool = self.pools.get_mut(&name).expect("drawn from them");
                let what = change_pool(pool, other, dice);
                format!("pool {name}: {what}")
            }
            _ => {
                self.add_pool(dice);
                "a pool more".to_owned()
            }
        }
    }

    /// Grows what is there and adds more, and changes nothing else.
    pub fn grow(&mut self, dice: &mut Dice) {
        for pool in self.pools.values_mut() {
            if dice.chance(50) {
                pool.nodes += dice.between(1, 9);
                for nodes in pool.each.values_mut() {
                    *nodes += dice.between(0, 4);
                }
            }
        }
        self.add_pool(dice);
        self.add_stack(dice);
    }

    fn rename(&mut self, name: &str, dice: &mut Dice) -> String {
        let to = *dice.pick(WORDS);
        if self.pools.contains_key(to) {
            return "nothing".to_owned();
        }
        if let Some(pool) = self.pools.remove(name) {
            self.pools.insert(to.to_owned(), pool);
        }
        let declared = dice.chance(60) && self.renamed(&format!("pool.{name}"), &format!("pool.{to}"));
        format!("pool {name} is {to} now{}", if declared { ", moved" } else { "" })
    }

    fn rename_stack(&mut self, name: &str, dice: &mut Dice) -> String {
        let to = *dice.pick(WORDS);
        if self.stacks.contains_key(to) {
            return "nothing".to_owned();
        }
        let Some(stack) = self.stacks.remove(name) else { return "nothing".to_owned() };
        let names = stack_names(&stack);
        self.stacks.insert(to.to_owned(), stack);
        for part in names {
            self.renamed(&format!("resource.{name}_{part}"), &format!("resource.{to}_{part}"));
        }
        format!("stack {name} is {to} now, moved")
    }

    fn rename_network(&mut self, dice: &mut Dice) -> String {
        let to = *dice.pick(WORDS);
        let Some(name) = self.networks.keys().next().cloned().filter(|_| !self.networks.contains_key(to)) else {
            return "nothing".to_owned();
        };
        if let Some(network) = self.networks.remove(&name) {
            self.networks.insert(to.to_owned(), network);
        }
        for pool in self.pools.values_mut().filter(|pool| pool.network.as_ref() == Some(&name)) {
            pool.network = Some(to.to_owned());
        }
        self.renamed(&format!("network.{name}"), &format!("network.{to}"));
        format!("network {name} is {to} now, moved")
    }

    /// Declares a rename, unless it would meet another of the same revision.
    fn renamed(&mut self, from: &str, to: &str) -> bool {
        if self.moved.iter().any(|(a, b)| [a, b].iter().any(|x| *x == from || *x == to)) {
            return false;
        }
        self.moved.push((from.to_owned(), to.to_owned()));
        true
    }

    fn drop_capacity(&mut self) -> String {
        let Some(name) = self.capacities.keys().next().cloned() else { return "nothing".to_owned() };
        self.capacities.remove(&name);
        for option in self.pools.values_mut().flat_map(|pool| &mut pool.options) {
            option.capacities.retain(|other| *other != name);
            if option.capacities.is_empty() && option.market.is_none() {
                option.market = Some("on_demand");
            }
        }
        format!("capacity {name} dropped")
    }
}

fn change_pool(pool: &mut Pool, other: Pool, dice: &mut Dice) -> &'static str {
    match dice.below(15) {
        0..=2 => {
            pool.nodes += dice.between(1, 9);
            for nodes in pool.each.values_mut() {
                *nodes += dice.between(0, 4);
            }
            "grows"
        }
        3..=4 => {
            pool.nodes = (pool.nodes / 2).max(1);
            for nodes in pool.each.values_mut() {
                *nodes = (*nodes / 2).max(1);
            }
            "shrinks"
        }
        5 => {
            pool.labels = other.labels;
            "other labels"
        }
        6 => {
            pool.image = other.image;
            "another image"
        }
        7 => {
            pool.each = other.each;
            "other keys"
        }
        8 => {
            (pool.model, pool.options) = (other.model, other.options);
            "another model"
        }
        9 => {
            pool.rdma = !pool.rdma;
            "another fabric"
        }
        10 => {
            pool.network = other.network;
            "another network"
        }
        11 => {
            pool.group_nodes = other.group_nodes;
            "other groups"
        }
        12 => {
            pool.options.rotate_left(1);
            let last = pool.options.last_mut().expect("at least one");
            (last.market, last.most) = (Some("on_demand"), None);
            "options in another order"
        }
        13 => {
            pool.autoscaler = !pool.autoscaler;
            "autoscaled or not"
        }
        _ => {
            for option in &mut pool.options {
                option.market = option.market.map(|market| if market == "spot" { "on_demand" } else { "spot" });
            }
            "another market"
        }
    }
}

fn change_stack(stack: &mut Stack, dice: &mut Dice) {
    let other = self::stack(dice);
    match dice.below(9) {
        0 => stack.octet = other.octet,
        1 | 2 => stack.subnets = other.subnets,
        3 => stack.tags = other.tags,
        4 => stack.ports = other.ports,
        5 => stack.buckets = other.buckets,
        6 => stack.description = (stack.description + 1) % 3,
        7 => stack.template = other.template,
        _ => (stack.site, stack.retain) = (other.site, other.retain),
    }
}

fn stack_names(stack: &Stack) -> Vec<&'static str> {
    let mut names = vec!["vpc", "subnet", "sg", "rule", "data", "role"];
    if stack.template.is_some() {
        names.extend(["template", "group"]);
    }
    names
}
