//! How a drawn fleet is written: as fleet files, in the order of names or in any other. Must not know how it is drawn.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::dice::Dice;
use crate::fleet::{AMIS, Capacity, Fleet, Labels, MODELS, Pool, SITES, Stack};

/// How a fleet is written: in which order.
pub struct Writer<'a> {
    /// None: in the order of names.
    pub dice: Option<&'a mut Dice>,
}

impl Writer<'_> {
    /// Entries of a map in some order.
    fn entries(&mut self, mut entries: Vec<String>) -> String {
        if let Some(dice) = &mut self.dice {
            dice.shuffle(&mut entries);
        }
        format!("{{ {} }}", entries.join(", "))
    }

    fn strings(&mut self, map: &Labels) -> String {
        let entries = map.iter().map(|(key, value)| format!("{key:?} = {value:?}")).collect();
        self.entries(entries)
    }

    fn numbers(&mut self, map: &BTreeMap<String, u64>) -> String {
        let entries = map.iter().map(|(key, value)| format!("{key:?} = {value}")).collect();
        self.entries(entries)
    }

    /// Lines of a block's attributes in some order.
    fn body(&mut self, mut lines: Vec<String>) -> String {
        if let Some(dice) = &mut self.dice {
            dice.shuffle(&mut lines);
        }
        lines.iter().map(|line| format!("  {line}\n")).collect()
    }

    /// The top-level blocks.
    pub fn blocks(&mut self, fleet: &Fleet) -> Vec<String> {
        let mut blocks = vec![
            "fleet \"drawn\" {\n  language = 1\n}\n".to_owned(),
            "cloud \"aws\" {\n  account = \"111122223333\"\n  regions = [\"us-east-2\", \"us-west-2\"]\n}\n".to_owned(),
            "cloud \"second\" {\n  kind = \"aws\"\n  account = \"111122224444\"\n  regions = [\"us-east-1\"]\n}\n"
                .to_owned(),
        ];
        for (name, &ami) in &fleet.images {
            blocks.push(format!("image {name:?} {{\n  aws = {{ ami = {:?} }}\n}}\n", AMIS[ami]));
        }
        for (name, network) in &fleet.networks {
            let labels = self.strings(&network.labels);
            let body = self.body(vec![format!("cidr = {:?}", network.cidr), format!("labels = {labels}")]);
            blocks.push(format!("network {name:?} {{\n{body}}}\n"));
        }
        for (name, capacity) in &fleet.capacities {
            blocks.push(self.capacity(name, capacity));
        }
        for (name, pool) in &fleet.pools {
            blocks.push(self.pool(name, pool));
            if pool.each.is_empty() {
                blocks.push(format!("output \"{name}_gpus\" {{\n  value = pool.{name}.gpus\n}}\n"));
            }
        }
        for (name, stack) in &fleet.stacks {
            self.stack(name, stack, &mut blocks);
        }
        for (from, to) in &fleet.moved {
            blocks.push(format!("moved {{\n  from = \"{from}\"\n  to = \"{to}\"\n}}\n"));
        }
        if let Some(dice) = &mut self.dice {
            dice.shuffle(&mut blocks);
        }
        blocks
    }

    pub fn text(&mut self, fleet: &Fleet) -> String {
        self.blocks(fleet).join("\n")
    }

    fn capacity(&mut self, name: &str, capacity: &Capacity) -> String {
        let (cloud, region, _) = SITES[capacity.site];
        let mut lines = vec![
            format!("kind = {:?}", if capacity.owned { "owned" } else { "granted" }),
            format!("cloud = cloud.{cloud}"),
            format!("zone = {:?}", capacity.zone),
            format!("shape = {:?}", MODELS[capacity.model].1),
        ];
        if !capacity.owned && capacity.ids > 0 {
            let ids: BTreeMap<String, u64> =
                (0..capacity.ids).map(|n| (format!("cr-{name}{n}"), capacity.nodes)).collect();
            lines.push(format!("nodes = {}", capacity.nodes * capacity.ids));
            lines.push(format!("ids = {}", self.numbers(&ids)));
        } else {
            lines.push(format!("nodes = {}", capacity.nodes));
        }
        if !capacity.owned && capacity.ids == 0 {
            lines.push(format!("group = \"arn:aws:resource-groups:{region}:111122223333:group/{name}\""));
        }
        let body = self.body(lines);
        format!("capacity {name:?} {{\n{body}}}\n")
    }

    fn pool(&mut self, name: &str, pool: &Pool) -> String {
        let labels = self.strings(&pool.labels);
        let mut lines = vec![
            format!("purpose = {:?}", if pool.training { "training" } else { "inference" }),
            format!("accelerator = {:?}", MODELS[pool.model].0),
            format!("image = image.{}", pool.image),
            format!("labels = {labels}"),
        ];
        if let Some(network) = &pool.network {
            lines.push(format!("network = network.{network}"));
        }
        let (mut nodes, mut max) = (pool.nodes.to_string(), (pool.nodes + 5).to_string());
        if !pool.each.is_empty() {
            lines.push(format!("for_each = {}", self.numbers(&pool.each)));
            (nodes, max) = ("each.value".to_owned(), "each.value + 5".to_owned());
        }
        let mut out = format!("pool {name:?} {{\n{}\n  size {{\n    nodes = {nodes}\n", self.body(lines));
        if pool.training {
            out.push_str("    gang = false\n");
        }
        if let Some(most) = pool.group_nodes {
            let _ = writeln!(out, "    group_nodes = {most}");
        }
        if pool.autoscaler {
            let _ = writeln!(out, "    min = 1\n    max = {max}\n    managed_by = \"autoscaler\"");
        } else if pool.spares {
            out.push_str("    spares = \"10%\"\n");
        }
        out.push_str("  }\n");
        if pool.rdma {
            out.push_str("  fabric {\n    kind = \"rdma\"\n  }\n");
        }
        for (index, option) in pool.options.iter().enumerate() {
            let (cloud, region, _) = SITES[option.site];
            let _ = write!(out, "  option \"o{index}\" {{\n    cloud = cloud.{cloud}\n    region = \"{region}\"\n");
            if !option.zones.is_empty() {
                let _ = writeln!(out, "    zones = {:?}", option.zones);
            }
            out.push_str("    buy {\n");
            match option.capacities.as_slice() {
                [] => {}
                [one] => {
                    let _ = writeln!(out, "      capacity = capacity.{one}");
                }
                more => {
                    let names: Vec<String> = more.iter().map(|name| format!("capacity.{name}")).collect();
                    let _ = writeln!(out, "      capacity = [{}]", names.join(", "));
                }
            }
            if let Some(market) = option.market {
                let most = option.most.map_or("\"rest\"".to_owned(), |most| most.to_string());
                let _ = writeln!(out, "      {market} = {most}");
            }
            out.push_str("    }\n  }\n");
        }
        if pool.hold {
            out.push_str("  rollout {\n    on_capacity = \"hold\"\n  }\n");
        }
        out.push_str("}\n");
        out
    }

    fn stack(&mut self, name: &str, stack: &Stack, blocks: &mut Vec<String>) {
        let (cloud, region, zones) = SITES[stack.site];
        let octet = stack.octet;
        let tags: Vec<String> =
            stack.tags.iter().map(|(key, value)| format!("{{ Key = {key:?}, Value = {value:?} }}")).collect();
        let tags = format!("Tags = [{}]", tags.join(", "));
        let mut add = |writer: &mut Self, kind: &str, part: &str, before: &[String], body: Vec<String>, after: &str| {
            let body = writer.entries(body);
            let mut lines =
                vec![format!("cloud = cloud.{cloud}"), format!("region = {region:?}"), format!("body = {body}")];
            lines.extend_from_slice(before);
            let lines = writer.body(lines);
            blocks.push(format!("resource \"AWS::{kind}\" \"{name}_{part}\" {{\n{lines}{after}}}\n"));
        };
        add(self, "EC2::VPC", "vpc", &[], vec![format!("CidrBlock = \"10.{octet}.0.0/16\""), tags.clone()], "");
        let subnets = self.numbers(&stack.subnets);
        add(
            self,
            "EC2::Subnet",
            "subnet",
            &[format!("for_each = {subnets}")],
            vec![
                format!("VpcId = resource.{name}_vpc.ref"),
                format!("CidrBlock = cidrsubnet(\"10.{octet}.0.0/16\", 8, each.value)"),
                format!("AvailabilityZoneId = {:?}", zones[0]),
                tags.clone(),
            ],
            "",
        );
        add(
            self,
            "EC2::SecurityGroup",
            "sg",
            &[],
            vec![
                format!("GroupDescription = \"drawn {}\"", stack.description),
                format!("VpcId = resource.{name}_vpc.ref"),
                tags.clone(),
            ],
            "",
        );
        let ports = format!("{:?}", stack.ports);
        add(
            self,
            "EC2::SecurityGroupIngress",
            "rule",
            &[format!("for_each = {{ for port in distinct({ports}) : tostring(port) => port }}")],
            vec![
                format!("GroupId = resource.{name}_sg.att.GroupId"),
                format!("SourceSecurityGroupId = resource.{name}_sg.ref"),
                "IpProtocol = \"tcp\"".to_owned(),
                "FromPort = each.value".to_owned(),
                "ToPort = each.value + 1".to_owned(),
            ],
            "",
        );
        let buckets: Vec<String> = stack.buckets.iter().map(|(key, on)| format!("{key:?} = {on}")).collect();
        let buckets = self.entries(buckets);
        let retain = if stack.retain { "  lifecycle {\n    on_delete = \"retain\"\n  }\n" } else { "" };
        add(
            self,
            "S3::Bucket",
            "data",
            &[format!("for_each = {buckets}"), format!("depends_on = [resource.{name}_vpc]")],
            vec![
                "VersioningConfiguration = { Status = each.value ? \"Enabled\" : \"Suspended\" }".to_owned(),
                tags.clone(),
            ],
            retain,
        );
        let arns: Vec<String> =
            stack.buckets.keys().map(|key| format!("\"${{resource.{name}_data[{key:?}].att.Arn}}/*\"")).collect();
        add(
            self,
            "IAM::Role",
            "role",
            &[],
            vec![
                "AssumeRolePolicyDocument = { Version = \"2012-10-17\", Statement = [{ Effect = \"Allow\", Principal = { Service = \"ec2.amazonaws.com\" }, Action = \"sts:AssumeRole\" }] }".to_owned(),
                format!(
                    "Policies = [{{ PolicyName = \"read\", PolicyDocument = {{ Version = \"2012-10-17\", Statement = [{{ Effect = \"Allow\", Action = \"s3:GetObject\", Resource = [{}] }}] }} }}]",
                    arns.join(", ")
                ),
            ],
            "",
        );
        if let Some(ami) = stack.template {
            add(
                self,
                "EC2::LaunchTemplate",
                "template",
                &[],
                vec![format!(
                    "LaunchTemplateData = {{ ImageId = {:?}, InstanceType = \"t3.micro\", SecurityGroupIds = [resource.{name}_sg.att.GroupId] }}",
                    AMIS[ami]
                )],
                "",
            );
            add(
                self,
                "AutoScaling::AutoScalingGroup",
                "group",
                &[],
                vec![
                    "MinSize = \"0\"".to_owned(),
                    "MaxSize = \"0\"".to_owned(),
                    format!("VPCZoneIdentifier = [for key in keys({subnets}) : resource.{name}_subnet[key].ref]"),
                    format!(
                        "LaunchTemplate = {{ LaunchTemplateId = resource.{name}_template.ref, Version = resource.{name}_template.att.LatestVersionNumber }}"
                    ),
                ],
                "",
            );
        }
    }
}

impl Fleet {
    pub fn text(&self) -> String {
        Writer { dice: None }.text(self)
    }
}
