use pipeline_dsl::prelude::*;

team! {
    /// Every line that there is.
    pub mod acme {
        organization = "o-abcdefghij/r-h123/ou-h123-3zyxwvut/";
        build = "111111111111" in us-gov-west-1;
        tag "cost-center" = "delivery";
        connection github = "arn:aws-us-gov:codeconnections:us-gov-west-1:111111111111:connection/0a1b";
        environment dev = "222222222222" in us-gov-east-1;
        production prod = "333333333333" in us-gov-west-1;
        production demo = "444444444444" in us-gov-west-1 unapproved "nobody depends on it";
        wave development = [dev, demo];
        wave release = [prod] after approval;
        service order_items;
        service billing;
        developer alice = "555555555555" in us-gov-east-1 {
            connection github = "arn:aws-us-gov:codeconnections:us-gov-east-1:555555555555:connection/0a1b";
            fork order_items = "alice/order-items" follow;
            hold billing;
        }
        developer bob = "666666666666" in us-gov-east-1;
    }
}

fn main() {
    assert_eq!(acme::order_items.name().as_str(), "order-items");
    assert_eq!(acme::TEAM.developers.len(), 2);
    assert_eq!(acme::release.environments().len(), 1);
}
