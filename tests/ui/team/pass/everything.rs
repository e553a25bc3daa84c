//! Every line that there is.

use pipeline_dsl::prelude::*;

team! {
    /// Acme in GovCloud.
    pub mod acme {
        organization = "o-abcdefghij/r-h123/ou-h123-3zyxwvut/";
        build = "111111111111" in us-gov-west-1;
        tag "cost-center" = "delivery";
        tag "owner" = "";
        connection github = "arn:aws-us-gov:codeconnections:us-gov-west-1:111111111111:connection/0a1b";
        connection gitlab = "arn:aws-us-gov:codestar-connections:us-gov-west-1:111111111111:connection/0a1b";
        connection bitbucket = "arn:aws-us-gov:codeconnections:us-gov-west-1:111111111111:connection/0a1b";
        environment dev = "222222222222" in us-gov-east-1;
        environment dev_2 = "222222222222" in us-gov-west-1;
        production prod = "333333333333" in us-gov-west-1;
        production demo = "444444444444" in us-gov-west-1 unapproved "nobody depends on it";
        wave development = [dev, dev_2, demo,];
        wave release = [prod] after approval;
        wave again = [prod, dev] after approval within 90 minutes;
        wave soon = [prod] after approval within 1 hour;
        wave late = [prod] after approval within 60 days;
        service order_items;
        service billing, r#type;
        developer alice = "555555555555" in us-gov-east-1 {
            connection github = "arn:aws-us-gov:codeconnections:us-gov-east-1:555555555555:connection/0a1b";
            fork order_items = "alice/order-items" follow;
            fork r#type = "alice/type";
            hold billing;
        }
        developer bob = "666666666666" in us-gov-east-1 { hold billing, order_items; }
        developer carol = "777777777777" in us-gov-east-1 {}
        developer dave = "012345678901" in us-gov-east-1;
    }
}

fn main() {
    assert_eq!(acme::order_items.name().as_str(), "order-items");
    assert_eq!(acme::r#type.name().as_str(), "type");
    assert_eq!(acme::TEAM.developers.len(), 4);
    assert_eq!(acme::release.environments().len(), 1);
    assert_eq!(acme::build.region(), Region::new("us-gov-west-1"));
}
